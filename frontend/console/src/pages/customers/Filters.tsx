import { SegmentedControl } from "@mantine/core";
import { usePhrases } from "../../i18n/phrases";
import { detailWords } from "./detailWords";

export type View = "all" | "mine" | "due";
const views: View[] = ["all", "mine", "due"];

/** Whose customers. */
export function Filters(props: { view: View; setView: (view: View) => void }) {
  const { say } = usePhrases(detailWords);
  return (
    <SegmentedControl
      size="xs"
      aria-label={say("list")}
      value={props.view}
      onChange={(view) => props.setView(view as View)}
      data={views.map((value) => ({ value, label: <span data-testid={`view-${value}`}>{say(`list.${value}`)}</span> }))}
    />
  );
}
