import { Badge } from "@mantine/core";
import { useState } from "react";
import type { Branch, Extension } from "../../http/views";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { matches } from "../../kit/fold";
import { Frame } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { ExtensionForm, type Secret } from "./ExtensionForm";
import { words } from "./words";

export function ExtensionsPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { language } = useSpeech();
  const extensions = useList<Extension>("/api/extensions", byId);
  const branches = useList<Branch>("/api/branches", byId);
  const [search, setSearch] = useState("");
  // Shown once, beside the extension that it is of, until another one is looked at.
  const [secret, setSecret] = useState<Secret | null>(null);
  const chosen = props.rest[0];
  const titleOf = ({ name }: Extension) => <bdi>{name[language] ?? Object.values(name)[0]}</bdi>;
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={{ label: say("add"), to: ["extensions", "new"] }}
      search={{ value: search, set: setSearch }}
      side={
        chosen && (
          <Detail key={chosen} id={chosen} list={extensions} idOf={byId} back={["extensions"]} newTitle={say("add")} titleOf={titleOf}>
            {(extension, { key, reload }) => (
              <ExtensionForm
                key={key}
                extension={extension}
                extensions={extensions}
                branches={branches.items}
                reload={reload}
                secret={secret?.id === extension?.id ? secret : null}
                setSecret={setSecret}
              />
            )}
          </Detail>
        )
      }
    >
      <DataTable
        label={say("title")}
        list={extensions}
        rows={extensions.items.filter(({ name, url }) => matches(search, url, ...Object.values(name)))}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["extensions", id]}
        isOff={({ is_enabled }) => !is_enabled}
        isSearched={search !== ""}
        columns={[
          { key: "name", title: kit.say("name"), cell: titleOf },
          { key: "url", title: say("url"), cell: ({ url }) => <bdi dir="ltr">{url}</bdi> },
          { key: "place", title: say("place"), cell: ({ place }) => say(`place.${place}`), isExtra: true },
          {
            key: "enabled",
            title: say("enabled"),
            cell: ({ is_enabled }) => <Badge color={is_enabled ? "teal" : "gray"} variant="light" tt="none">{kit.say(is_enabled ? "on" : "off")}</Badge>,
          },
        ]}
      />
    </Frame>
  );
}
