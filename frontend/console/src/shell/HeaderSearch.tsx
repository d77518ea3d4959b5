import { ActionIcon, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState, type FormEvent, type Ref } from "react";
import { usePhrases } from "../i18n/phrases";
import css from "./Shell.module.css";
import { go, pathTo } from "./route";
import { shellWords } from "./words";

/** Search from every page: a field where there is room, otherwise the way to the page of it. */
export function HeaderSearch(props: { field: Ref<HTMLInputElement> }) {
  const { say } = usePhrases(shellWords);
  const [typed, setTyped] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const q = typed.trim();
    go("search", ...(q === "" ? [] : [q]));
    setTyped("");
  };
  return (
    <search className={css.search}>
      <form onSubmit={submit} className={css.searchField}>
        <TextInput
          ref={props.field}
          type="search"
          size="sm"
          radius="xl"
          leftSection={<IconSearch size={16} aria-hidden />}
          placeholder={say("search_hint")}
          aria-label={say("search")}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          dir={typed === "" ? undefined : "auto"}
          maxLength={200}
          data-testid="header-search"
        />
      </form>
      <ActionIcon component="a" href={pathTo("search")} className={css.searchLink!} variant="subtle" color="gray" size="lg" aria-label={say("search_open")} data-testid="header-search-link">
        <IconSearch size={20} />
      </ActionIcon>
    </search>
  );
}
