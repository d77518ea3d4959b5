import { Badge, Group } from "@mantine/core";
import { useState } from "react";
import { usePhrases } from "../../i18n/phrases";
import { languages, type Language } from "../../i18n/words";
import { useBranches } from "../../kit/branches";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { matches } from "../../kit/fold";
import { Frame } from "../../kit/Frame";
import { byId, useList, useWhole } from "../../kit/list";
import type { Answer } from "../work/answers";
import { Name } from "../work/Name";
import { AnswerForm } from "./AnswerForm";
import { words } from "./words";

export function AnswersPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const answers = useList<Answer>("/api/answers?limit=200&with_inactive=true", byId);
  const branches = useBranches();
  const [search, setSearch] = useState("");
  useWhole(answers, search !== "");
  const chosen = props.rest[0];
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={{ label: say("add"), to: ["answers", "new"] }}
      search={{ value: search, set: setSearch }}
      side={
        chosen && (
          <Detail key={chosen} id={chosen} list={answers} idOf={byId} back={["answers"]} newTitle={say("add")} titleOf={({ title }) => <Name of={title} />}>
            {(answer, { key, reload }) => <AnswerForm key={key} answer={answer} answers={answers} branches={branches.items} reload={reload} />}
          </Detail>
        )
      }
    >
      <DataTable
        label={say("title")}
        list={answers}
        rows={answers.items.filter(({ title, shortcut, texts }) => matches(search, title, shortcut, ...Object.values(texts)))}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["answers", id]}
        isOff={({ is_active }) => !is_active}
        isSearched={search !== ""}
        columns={[
          { key: "title", title: say("name"), cell: ({ title }) => <Name of={title} /> },
          { key: "shortcut", title: say("shortcut"), cell: ({ shortcut }) => <bdi>/{shortcut}</bdi> },
          { key: "scope", title: say("scope"), cell: ({ scope }) => say(`scope.${scope}`) },
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
            isExtra: true,
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
