import { Text } from "@mantine/core";
import { usePhrases } from "../../i18n/phrases";
import { useFeed } from "../../live/context";
import { Act } from "./Act";
import { useCauses, useNamed, type About, type Source } from "./complaint";
import type { Part } from "./ComplaintPanel";
import { words } from "./words";

/** Whence it came; a graver source makes it more urgent. */
export function SourceAct(props: Part & { sources: Source[] }) {
  const { say } = usePhrases(words);
  const named = useNamed();
  const options = props.sources.filter(({ is_active }) => is_active).map(({ id, names }) => ({ value: id, label: named(names) }));
  return (
    <Act
      title={say("change_source")}
      testid="change-source"
      asks={[{ key: "source_id", label: say("source"), options }, { key: "reason", label: say("reason") }]}
      initial={{ source_id: props.complaint.source_id }}
      act={(said) => props.does("", said)}
    />
  );
}

/** What it is about; a colleague who is named never sees it. */
export function AboutActs(props: Part) {
  const { say } = usePhrases(words);
  const { agents } = useFeed();
  const kinds = (["product", "service", "employee"] as const).map((kind) => ({ value: kind, label: say(`kind.${kind}`) }));
  const plain = ({ kind, name, staff_id }: About) => ({ kind, name: staff_id ? null : name, staff_id });
  return (
    <Act
      title={say("add_about")}
      testid="add-about"
      asks={[
        { key: "kind", label: say("kind"), options: kinds },
        { key: "staff_id", label: say("colleague"), hint: say("colleague_hint"), options: agents.map(({ id, name }) => ({ value: id, label: name })), isAsked: ({ kind }) => kind === "employee" },
        { key: "name", label: say("name"), isAsked: ({ kind, staff_id }) => kind !== "employee" || !staff_id },
      ]}
      initial={{ kind: "product" }}
      act={({ kind, staff_id, name }) => props.does("", { about: [...props.complaint.about.map(plain), { kind, staff_id: staff_id ?? null, name: name || null }] })}
    />
  );
}

/** Why it came to it, what was done, and what is learned. */
export function LearnedActs(props: Part & { isFixed: boolean }) {
  const { complaint } = props;
  const { say } = usePhrases(words);
  const named = useNamed();
  const causes = useCauses();
  const cause = causes.items.find(({ id }) => id === complaint.cause_id);
  const options = causes.items.filter(({ id, is_active }) => is_active || id === complaint.cause_id).map(({ id, names }) => ({ value: id, label: named(names) }));
  return (
    <>
      {cause && <Text size="sm" data-testid="cause">{say("cause")}: {named(cause.names)}</Text>}
      {complaint.remedy && <Text size="sm">{say("remedy")}: <bdi>{complaint.remedy}</bdi></Text>}
      {complaint.lesson && <Text size="sm">{say("lesson")}: <bdi>{complaint.lesson}</bdi></Text>}
      {!props.isFixed && (
        <Act
          key={complaint.version}
          title={say("learned")}
          testid="learned"
          asks={[{ key: "cause_id", label: say("cause"), options }, { key: "remedy", label: say("remedy"), isLong: true }, { key: "lesson", label: say("lesson"), isLong: true }]}
          initial={{ cause_id: complaint.cause_id, remedy: complaint.remedy, lesson: complaint.lesson }}
          act={(said) => props.does("", said)}
        />
      )}
    </>
  );
}
