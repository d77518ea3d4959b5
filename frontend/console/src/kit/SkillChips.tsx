import { Badge } from "@mantine/core";
import { useSpeech } from "../i18n/context";
import css from "./Kit.module.css";

/** Skills with their levels, for a row of a list. */
export function SkillChips(props: { levels: Record<string, number>; skills: { id: string; name: string }[] }) {
  const { number } = useSpeech();
  const known = props.skills.filter(({ id }) => id in props.levels);
  return (
    <span className={css.chips}>
      {known.map(({ id, name }) => (
        <Badge key={id} variant="light" tt="none"><bdi>{name}</bdi> {number(props.levels[id] ?? 0)}</Badge>
      ))}
    </span>
  );
}
