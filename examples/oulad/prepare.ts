import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

export type ChurnDefinition = 'contractual' | 'inactivity';

/** Files in the shape that `churn import` takes. */
export interface PreparedFiles {
  readonly events: string;
  readonly accounts: string;
  readonly subscriptions: string;
  readonly tenantSettings: string;
}

/** Days an enrolment may be silent and still be scored, for inactivity churn. */
const ELIGIBLE_DAYS = 14;

/**
 * Turns the Open University Learning Analytics tables (Kuzilek, Hlosta, Zdrahal 2017, CC BY 4.0) into import files:
 * a module presentation is a tenant, an enrolment an account, a click row an event whose type is the site's
 * activity type, work handed in another event, and unregistration ends a subscription. Day numbers count from the presentation's start,
 * 1 February (…B) or 1 October (…J).
 */
export async function prepareOulad(
  source: string,
  target: string,
  churn: ChurnDefinition,
): Promise<PreparedFiles> {
  for (const needed of [
    'studentVle',
    'vle.parquet',
    'courses.parquet',
    'studentRegistration.parquet',
    'studentInfo.parquet',
    'assessments.parquet',
    'studentAssessment.parquet',
  ]) {
    if (!existsSync(join(source, needed))) {
      throw new Error(
        `${source}: ${needed} is missing; name the folder that holds the OULAD Parquet files with --data`,
      );
    }
  }
  await mkdir(target, { recursive: true });
  const files: PreparedFiles = {
    events: join(target, 'events.parquet'),
    accounts: join(target, 'accounts.parquet'),
    subscriptions: join(target, 'subscriptions.parquet'),
    tenantSettings: join(target, 'tenant-settings.csv'),
  };

  const connection = await (await DuckDBInstance.create(':memory:', { memory_limit: '2GB' })).connect();
  const table = (name: string) => `read_parquet('${join(source, name)}')`;
  await connection.run(`set timezone = 'UTC'`);
  await connection.run(`
    create macro started_on(presentation) as
      make_date(cast(left(presentation, 4) as integer), case right(presentation, 1) when 'B' then 2 else 10 end, 1)`);
  await connection.run(`
    create view enrolment as
    select
      code_module || '_' || code_presentation as tenant_id,
      cast(cast(id_student as bigint) as varchar) as account_id,
      code_module,
      -- A handful of enrolments have no registration day; the presentation's start is the latest it can have been.
      cast(started_on(code_presentation) + cast(coalesce(date_registration, 0) as integer) as timestamp) as registered_at,
      cast(started_on(code_presentation) + cast(date_unregistration as integer) as timestamp) as unregistered_at,
      region, highest_education
    from ${table('studentRegistration.parquet')} as registration
    join ${table('studentInfo.parquet')} as student using (code_module, code_presentation, id_student)
    -- Those who unregistered before they registered never were accounts that could leave.
    where date_unregistration is null or date_unregistration > coalesce(date_registration, 0)`);

  await connection.run(`
    copy (
      select
        clicks.code_module || '_' || clicks.code_presentation as tenant_id,
        cast(cast(clicks.id_student as bigint) as varchar) as account_id,
        cast(cast(clicks.id_student as bigint) as varchar) as user_id,
        sites.activity_type as event_type,
        cast(started_on(clicks.code_presentation) + cast(clicks.date as integer) as timestamp) as event_time,
        clicks.sum_click as quantity
      from ${table('studentVle/*.parquet')} as clicks
      join ${table('vle.parquet')} as sites using (id_site, code_module, code_presentation)
      union all
      -- Work handed in; results taken over from an earlier presentation are no activity in this one.
      select
        assessments.code_module || '_' || assessments.code_presentation,
        cast(cast(submissions.id_student as bigint) as varchar),
        cast(cast(submissions.id_student as bigint) as varchar),
        'assessment_submitted',
        cast(started_on(assessments.code_presentation) + cast(submissions.date_submitted as integer) as timestamp),
        1
      from ${table('studentAssessment.parquet')} as submissions
      join ${table('assessments.parquet')} as assessments using (id_assessment)
      where submissions.is_banked = 0
    ) to '${files.events}' (format parquet)`);
  await connection.run(`
    copy (
      select tenant_id, account_id, 'student ' || account_id as name, highest_education as segment, region,
             registered_at as created_at
      from enrolment order by tenant_id, account_id
    ) to '${files.accounts}' (format parquet)`);
  await connection.run(`
    copy (
      select tenant_id, account_id, code_module as plan, 1 as seats, registered_at as started_at,
             unregistered_at as cancelled_at
      from enrolment order by tenant_id, account_id
    ) to '${files.subscriptions}' (format parquet)`);
  await connection.run(`
    copy (
      select code_module || '_' || code_presentation as tenant_id, '${churn}' as churn_definition,
             ${ELIGIBLE_DAYS} as eligible_days,
             started_on(code_presentation) + cast(module_presentation_length as integer) + 1 as data_through
      from ${table('courses.parquet')} order by tenant_id
    ) to '${files.tenantSettings}' (header)`);
  connection.closeSync();
  return files;
}
