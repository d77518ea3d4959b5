import { Group, SegmentedControl, Select } from "@mantine/core";
import { usePhrases } from "../../i18n/phrases";
import { detailWords } from "./detailWords";
import { words } from "./words";

export type View = "all" | "mine" | "due";
const views: View[] = ["all", "mine", "due"];

interface FiltersProps {
  view: View;
  setView: (view: View) => void;
  status: string | null;
  setStatus: (status: string | null) => void;
}

/** Whose customers, and which. */
export function Filters(props: FiltersProps) {
  const { say } = usePhrases(words);
  const more = usePhrases(detailWords);
  return (
    <Group gap={6}>
      <SegmentedControl
        size="xs"
        aria-label={more.say("list")}
        value={props.view}
        onChange={(view) => props.setView(view as View)}
        data={views.map((value) => ({ value, label: <span data-testid={`view-${value}`}>{more.say(`list.${value}`)}</span> }))}
      />
      {props.view !== "due" && (
        <Select
          size="xs"
          w={140}
          aria-label={say("status")}
          placeholder={`${say("status")}: ${more.say("any")}`}
          data={(["prospect", "active"] as const).map((value) => ({ value, label: say(`status.${value}`) }))}
          value={props.status}
          onChange={props.setStatus}
          clearable
          openOnFocus={false}
          data-testid="filter-status"
        />
      )}
    </Group>
  );
}
