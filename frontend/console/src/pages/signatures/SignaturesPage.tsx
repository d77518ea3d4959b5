import { Badge, Group } from "@mantine/core";
import { usePhrases } from "../../i18n/phrases";
import { languages, type Language } from "../../i18n/words";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { Frame } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import type { Id } from "../../protocol";
import { Name } from "../work/Name";
import { SignatureForm } from "./SignatureForm";
import { words } from "./words";

export interface Signature {
  id: Id;
  queue_id: Id | null;
  queue_name: string | null;
  staff_id: Id | null;
  texts: Partial<Record<Language, string>>;
  is_active: boolean;
  version: number;
}

export function SignaturesPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const list = useList<Signature>("/api/signatures", byId);
  const chosen = props.rest[0];
  const nameOf = ({ queue_name }: Signature) => queue_name ?? say("mine");
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={{ label: say("add"), to: ["signatures", "new"] }}
      side={
        chosen && (
          <Detail key={chosen} id={chosen} list={list} idOf={byId} back={["signatures"]} newTitle={say("add")} titleOf={(one) => <Name of={nameOf(one)} />}>
            {(signature, { key, reload }) => <SignatureForm key={key} signature={signature} list={list} reload={reload} />}
          </Detail>
        )
      }
    >
      <DataTable
        label={say("title")}
        list={list}
        rows={list.items}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["signatures", id]}
        isOff={({ is_active }) => !is_active}
        columns={[
          { key: "whose", title: say("whose"), cell: (one) => <Name of={nameOf(one)} /> },
          {
            key: "languages",
            title: say("languages"),
            cell: ({ texts }) => (
              <Group gap={4}>
                {(Object.keys(texts) as Language[]).map((language) => (
                  <Badge key={language} variant="light" tt="none"><bdi>{languages[language].name}</bdi></Badge>
                ))}
              </Group>
            ),
          },
          {
            key: "active",
            title: say("is_active"),
            cell: ({ is_active }) => <Badge color={is_active ? "teal" : "gray"} variant="light" tt="none">{say(is_active ? "is_active" : "inactive")}</Badge>,
            isExtra: true,
          },
        ]}
      />
    </Frame>
  );
}
