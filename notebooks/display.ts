/** The part of the kernel that shows output. It exists only in a notebook. */
interface Kernel {
  readonly jupyter: {
    broadcast(type: 'display_data', content: Readonly<Record<string, unknown>>): Promise<void>;
  };
}

/**
 * Shows output below the cell. Await it, so that it is shown before the cell ends: the value of a cell's last line may
 * arrive too late for a program that runs the notebook.
 *
 * @param forms content by media type; the reader's program shows the richest one it supports
 */
export async function display(forms: Readonly<Record<string, string>>): Promise<void> {
  const { Deno: kernel } = globalThis as unknown as { readonly Deno: Kernel };
  await kernel.jupyter.broadcast('display_data', { data: forms, metadata: {}, transient: {} });
}
