import { Button, Checkbox, Group, Popover, Stack } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconColumns3, IconFilter, IconFilterOff } from "@tabler/icons-react";
import { useState } from "react";
import { usePhrases } from "../i18n/phrases";
import type { Column } from "./DataTable";
import { DateRange } from "./DateField";
import { ChoiceField } from "./fields";
import { rangeOf, type Table } from "./table";
import { tableWords } from "./tableWords";
import { ViewTabs } from "./ViewTabs";

/** What a list can be narrowed by. A `range` is a period of days. */
export type Filter =
  | { key: string; label: string; kind: "choice"; options: { value: string; label: string }[] }
  | { key: string; label: string; kind: "range" };

interface BarProps<T> {
  table: Table;
  title: string;
  filters: Filter[];
  columns: Column<T>[];
}

/** Over a table: its saved views, its filters and its columns. */
export function TableBar<T>(props: BarProps<T>) {
  const { table, filters } = props;
  const { say } = usePhrases(tableWords);
  const isFiltered = Object.keys(table.state.filters).length > 0;
  // On a phone the list comes first: its filters are a press away.
  const isNarrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const [isOpen, setOpen] = useState(false);
  return (
    <Stack gap="xs" mb="sm">
      <ViewTabs table={table} title={props.title} />
      <Group gap="xs" align="end" role="group" aria-label={say("filter")}>
        {isNarrow && (
          <Button variant={isFiltered ? "light" : "default"} size="sm" leftSection={<IconFilter size={16} aria-hidden />} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)} data-testid="show-filters">{say("filter")}</Button>
        )}
        {(isOpen || !isNarrow) && filters.map((filter) =>
          filter.kind === "range" ? (
            <DateRange key={filter.key} value={rangeOf(table.state.filters[filter.key])}
              set={({ from, to }) => table.setFilter(filter.key, [from ?? "", to ?? ""])} testid={`filter-${filter.key}`} />
          ) : (
            <ChoiceField key={filter.key} label={filter.label} placeholder={say("any")} value={table.state.filters[filter.key]?.[0] ?? null}
              set={(value) => table.setFilter(filter.key, value === null ? [] : [value])} options={filter.options} isClearable testid={`filter-${filter.key}`} />
          ),
        )}
        {isFiltered && (
          <Button variant="subtle" size="sm" leftSection={<IconFilterOff size={16} aria-hidden />} onClick={() => table.set({ filters: {} })} data-testid="clear-filters">
            {say("clear")}
          </Button>
        )}
        <Columns {...props} />
      </Group>
    </Stack>
  );
}

/** Which columns are shown; the first always is. */
function Columns<T>(props: BarProps<T>) {
  const { table, columns } = props;
  const { say } = usePhrases(tableWords);
  const { hidden } = table.state;
  const toggle = (key: string) => table.set({ hidden: hidden.includes(key) ? hidden.filter((each) => each !== key) : [...hidden, key] });
  return (
    <Popover position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button ms="auto" variant="default" size="sm" leftSection={<IconColumns3 size={16} aria-hidden />} data-testid="columns">{say("columns")}</Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs" role="group" aria-label={say("columns")}>
          {columns.slice(1).map(({ key, title }) => (
            <Checkbox key={key} label={title} checked={!hidden.includes(key)} onChange={() => toggle(key)} data-testid={`column-${key}`} />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

