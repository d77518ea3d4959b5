import { Loader, Modal, Text, TextInput, VisuallyHidden } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { usePhrases } from "../i18n/phrases";
import { fitness } from "../kit/fuzzy";
import { Marked } from "../kit/Marked";
import { useHits } from "../kit/search";
import { useFeed } from "../live/context";
import type { PageEntry } from "../pages/page";
import { Name } from "../pages/work/Name";
import { commandsOf, useCommands, type Command } from "./commands";
import css from "./Palette.module.css";
import { go } from "./route";
import { shellWords } from "./words";

const groups = ["work", "recent", "pages", "presence", "settings", "customer", "ticket", "conversation", "message"] as const;
const typingMs = 200;

interface PaletteProps {
  pages: PageEntry[];
  isOpen: boolean;
  close: () => void;
}

/** Everything by keyboard: a place to go to, a thing to do, or what was said two years ago. */
export default function Palette(props: PaletteProps) {
  const { say } = usePhrases(shellWords);
  return (
    <Modal opened={props.isOpen} onClose={props.close} withCloseButton={false} padding={0} size="lg" yOffset="10dvh" attributes={{ content: { "aria-label": say("palette") } }} data-testid="palette">
      <Commands {...props} />
    </Modal>
  );
}

/** A combobox after the ARIA pattern: the focus stays in the field, the chosen line is its active descendant. */
function Commands(props: PaletteProps) {
  const { say, count } = usePhrases(shellWords);
  const id = useId();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const { shown, isBusy } = useShown(props.pages, typed);
  const list = useRef<HTMLDivElement>(null);
  const chosen = Math.min(at, shown.length - 1);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [chosen, shown]);

  const run = (command: Command | undefined) => {
    if (!command) return;
    props.close();
    command.run();
  };
  const down = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setAt((chosen + step + shown.length) % Math.max(1, shown.length));
    else if (event.key === "Enter" && !event.nativeEvent.isComposing) run(shown[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <TextInput
        role="combobox"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={shown[chosen] && `${id}-${chosen}`}
        aria-autocomplete="list"
        aria-label={say("palette_hint")}
        placeholder={say("palette_hint")}
        leftSection={isBusy ? <Loader size={16} /> : <IconSearch size={18} aria-hidden />}
        value={typed}
        onChange={(event) => { setTyped(event.currentTarget.value); setAt(0); }}
        onKeyDown={down}
        dir={typed === "" ? undefined : "auto"}
        size="lg"
        variant="unstyled"
        className={css.field!}
        autoComplete="off"
        data-autofocus
        data-testid="palette-input"
      />
      <VisuallyHidden role="status">{typed !== "" && count("palette_results", shown.length)}</VisuallyHidden>
      <div ref={list} id={`${id}-list`} role="listbox" aria-label={say("palette")} className={css.list} tabIndex={-1}>
        {groups.map((group) => {
          const own = shown.map((command, index) => ({ command, index })).filter(({ command }) => command.group === group);
          if (own.length === 0) return null;
          return (
            <div key={group} role="group" aria-labelledby={`${id}-${group}`}>
              <div id={`${id}-${group}`} className={css.group} role="presentation">{say(`group.${group}`)}</div>
              {own.map(({ command, index }) => (
                <div key={command.id} id={`${id}-${index}`} role="option" aria-selected={index === chosen} className={css.option}
                  onMouseMove={() => setAt(index)} onClick={() => run(command)} data-testid="palette-option" data-id={command.id}>
                  {command.icon && <command.icon size={18} aria-hidden />}
                  <span className={css.words}>
                    <Name of={command.label} />
                    {command.snippet && <Text size="xs" c="dimmed" truncate component="span" display="block"><Marked snippet={command.snippet} /></Text>}
                  </span>
                </div>
              ))}
            </div>
          );
        })}
        {shown.length === 0 && <Text p="md" c="dimmed" role="presentation">{say("palette_none")}</Text>}
      </div>
    </>
  );
}

/** What fits, in the order of the groups; without a word what is likely next. */
function useShown(pages: PageEntry[], typed: string): { shown: Command[]; isBusy: boolean } {
  const { work } = useFeed();
  const { say } = usePhrases(shellWords);
  const commands = useCommands(pages);
  const [asked] = useDebouncedValue(typed.trim(), typingMs);
  const found = useHits(asked.length > 1 ? { q: asked.slice(0, 200), limit: 5 } : null);
  const hits = asked.length > 1 ? found.groups : [];
  const shown = useMemo(() => {
    const fitting = commands
      .map((command) => ({ command, score: typed.trim() === "" ? 1 : fitness(typed, [command.label, ...command.also]) }))
      .filter(({ score }) => score > 0)
      .sort((one, other) => other.score - one.score)
      .map(({ command }) => command);
    const all = [...fitting, ...commandsOf(hits.flatMap(({ items }) => items), (id) => id in work)];
    const inOrder = groups.flatMap((group) => all.filter((command) => command.group === group));
    const q = typed.trim();
    const whole: Command = { id: "search", group: "message", label: say("palette_all", { q }), also: [], icon: IconSearch, run: () => go("search", q) };
    return q.length > 1 && pages.some(({ path }) => path === "search") ? [...inOrder, whole] : inOrder;
  }, [commands, typed, hits, work, say, pages]);
  return { shown, isBusy: found.isBusy };
}
