import { Select } from "@mantine/core";
import { useState } from "react";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useFeed, useServerNow } from "../../live/context";
import { MomentField } from "./MomentField";
import { presets } from "./moments";
import { words } from "./words";

/** When a conversation that is closed comes back; null: not at all. */
export function FollowUp(props: { value: Date | null; set: (value: Date | null) => void }) {
  const { value, set } = props;
  const { organisation } = useFeed();
  const { say } = usePhrases(words);
  const dates = useDates();
  const now = useServerNow(10_000);
  const [choice, setChoice] = useState("none");
  const [usual] = useState(() => presets(new Date(), organisation.weekend));
  const choose = (next: string | null) => {
    setChoice(next ?? "none");
    set(usual.find(({ word }) => word === next)?.at ?? null);
  };
  return (
    <>
      <Select
        label={say("follow_up")}
        value={choice}
        onChange={choose}
        allowDeselect={false}
        openOnFocus={false}
        data={[
          { value: "none", label: say("follow_up_none") },
          ...usual.map(({ word, at }) => ({ value: word, label: `${say(word)} · ${dates.full(at.getTime())}` })),
          { value: "pick", label: say("pick") },
        ]}
        data-testid="follow-up"
      />
      {choice === "pick" && <MomentField label={say("moment")} value={value} set={set} error={value !== null && value.getTime() <= now ? say("moment_past") : undefined} />}
    </>
  );
}
