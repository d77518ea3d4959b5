import { Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { usePhrases } from "../../i18n/phrases";
import { matches } from "../../kit/fold";
import css from "./Composer.module.css";
import { emoji } from "./emoji";
import { words } from "./words";

/** A small list of our own: no host is asked, and the names are there in three languages. */
export default function EmojiPicker(props: { choose: (sign: string) => void }) {
  const { say } = usePhrases(words);
  const [search, setSearch] = useState("");
  const found = emoji.filter(({ names }) => search === "" || matches(search, names.replaceAll("|", " ")));
  return (
    <div data-testid="emoji">
      <TextInput
        size="xs"
        aria-label={say("emoji_search")}
        placeholder={say("emoji_search")}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        dir={search === "" ? undefined : "auto"}
        data-autofocus
        data-testid="emoji-search"
        mb={6}
      />
      <div className={css.emoji}>
        {found.map(({ sign, names }) => (
          <button key={sign} type="button" className={css.emojiItem} onClick={() => props.choose(sign)} aria-label={`${sign} ${names.split("|")[0]}`}>
            {sign}
          </button>
        ))}
      </div>
      {found.length === 0 && <Text size="sm" c="dimmed">{say("emoji_none")}</Text>}
    </div>
  );
}
