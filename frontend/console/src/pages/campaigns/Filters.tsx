import { Group } from "@mantine/core";
import { usePhrases } from "../../i18n/phrases";
import { TextField } from "../../kit/fields";
import { Repeated } from "../../kit/Repeated";
import { partWords } from "./partWords";

export interface Filter {
  field: string;
  values: string[];
}

const most = 10;

/** The places within filters of which a refusal may speak, for `useEditor`. */
export const placesInFilters = (field: string): string[] => Array.from({ length: most }, (_, at) => [`${field}.${at}.field`, `${field}.${at}.values`]).flat();

/** Of whose fields only those are contacted; a line is a value. */
export function FiltersField(props: { value: Filter[]; set: (value: Filter[]) => void; fault: (place: string) => string | undefined }) {
  const { say } = usePhrases(partWords);
  return (
    <Repeated items={props.value} set={props.set} fresh={() => ({ field: "", values: [] })} add={say("add_filter")} nameOf={({ field }) => field || say("filter_field")} testid="filter">
      {(item, set, at) => (
        <Group align="flex-start" gap="xs" grow>
          <TextField label={say("filter_field")} isCode value={item.field} set={(field) => set({ field })} error={props.fault(`${at}.field`)} testid="filter-field" />
          <TextField label={say("filter_values")} rows={2} value={item.values.join("\n")} set={(text) => set({ values: text === "" ? [] : text.split("\n") })} error={props.fault(`${at}.values`)} testid="filter-values" />
        </Group>
      )}
    </Repeated>
  );
}

/** Filters as they are sent: without empty lines. */
export const tidied = (filters: Filter[]): Filter[] => filters.map(({ field, values }) => ({ field: field.trim(), values: values.map((value) => value.trim()).filter(Boolean) }));
