/** Below every id that was made since: ids are UUIDv7 and begin with the time. It is one itself, since who is asked looks. */
export function firstIdAt(moment: Date): string {
  const time = moment.getTime().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
}
