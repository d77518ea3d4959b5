import { Group } from "@mantine/core";
import { useSpeech } from "../i18n/context";
import type { PageEntry } from "../pages/registry";
import { pathTo } from "./route";
import css from "./Shell.module.css";

/** The pages that the signed-in person may open. With one page there is nothing to choose. */
export function Navigation(props: { pages: PageEntry[]; current: PageEntry | undefined }) {
  const { say } = useSpeech();
  if (props.pages.length < 2) return null;
  return (
    <Group component="nav" aria-label={say("nav.label")} gap="xs" wrap="nowrap">
      {props.pages.map((page) => (
        <a
          key={page.path}
          href={pathTo(page.path)}
          className={css.link}
          aria-current={page === props.current ? "page" : undefined}
        >
          {say(page.word)}
        </a>
      ))}
    </Group>
  );
}
