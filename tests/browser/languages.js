// The engine's own clock, and a loader of language files, for `languages.rs`.
// The wall clock time in a zone.
export function wall(zone, ms) {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  return format.format(ms);
}
// A loader of these modules, by language tag. `given` has the overrides of all calls.
export function loader(modules) {
  const given = [];
  const load = async (tag, overrides) => {
    given.push(overrides);
    if (!modules[tag]) throw new Error("404");
    return modules[tag];
  };
  return Object.assign(load, { given });
}
