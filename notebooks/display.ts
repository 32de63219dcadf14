/** The part of the kernel that shows things; it is there in a notebook and nowhere else. */
interface Kernel {
  readonly jupyter: {
    broadcast(type: 'display_data', content: Readonly<Record<string, unknown>>): Promise<void>;
  };
}

/**
 * Shows something below the cell. Awaited, it is shown before the cell ends; the value of a cell's last line may come too
 * late for a program that runs the notebook.
 *
 * @param forms content by media type; the reader's program takes the richest that it understands
 */
export async function display(forms: Readonly<Record<string, string>>): Promise<void> {
  const { Deno: kernel } = globalThis as unknown as { readonly Deno: Kernel };
  await kernel.jupyter.broadcast('display_data', { data: forms, metadata: {}, transient: {} });
}
