import { Button, FileButton, Stack, Text } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { call } from "../../http/api";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { useEditor } from "../../kit/editor";
import { TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { Frame } from "../../kit/Frame";
import { byId, useList, type List } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { useCommand } from "../../live/context";
import { go } from "../../shell/route";
import { FileSize } from "../work/MessageView";
import { Name } from "../work/Name";
import { contentPath, type Sound } from "./sound";
import { words } from "./words";

const taken = "audio/wav,audio/mpeg,.wav,.mp3";

function formOf(file: File): FormData {
  const form = new FormData();
  form.append("file", file, file.name);
  return form;
}

/** The library of sounds that call flows play. */
export function SoundsPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const dates = useDates();
  const { isBusy, run } = useCommand();
  const sounds = useList<Sound>("/api/call-sounds", byId);
  const chosen = props.rest[0];
  const upload = (file: File | null) =>
    file && void run(async () => {
      const added = await call<Sound>("POST", "/api/call-sounds", formOf(file));
      sounds.put(added);
      go("callsounds", added.id);
    });
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      tools={
        <FileButton accept={taken} onChange={upload} inputProps={{ "data-testid": "sound-input" } as object}>
          {(button) => <Button {...button} ms="auto" leftSection={<IconUpload size={18} aria-hidden />} loading={isBusy} data-testid="sound-upload">{say("upload")}</Button>}
        </FileButton>
      }
      side={
        chosen && (
          <Detail key={chosen} id={chosen} list={sounds} idOf={byId} back={["callsounds"]} titleOf={({ name }) => <Name of={name} />}>
            {(sound, { key, reload }) => sound && <SoundPanel key={`${key} ${sound.version}`} sound={sound} list={sounds} reload={reload} />}
          </Detail>
        )
      }
    >
      <DataTable
        label={say("title")}
        list={sounds}
        rows={sounds.items}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["callsounds", id]}
        columns={[
          { key: "name", title: kit.say("name"), cell: ({ name }) => <Name of={name} /> },
          { key: "length", title: say("length"), cell: ({ seconds }) => dates.duration(seconds) },
          { key: "used", title: say("used_in"), cell: ({ used_in }) => (used_in.length > 0 ? used_in.map((name) => <Text size="sm" key={name}><Name of={name} /></Text>) : <Text size="sm" c="dimmed">{say("unused")}</Text>), isExtra: true },
        ]}
      />
    </Frame>
  );
}

function SoundPanel(props: { sound: Sound; list: List<Sound>; reload: () => void }) {
  const { sound, list } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const dates = useDates();
  const { isBusy, run } = useCommand();
  const editor = useEditor({ name: sound.name, version: sound.version }, async ({ name, version }) => {
    const saved = await call<Sound>("PUT", `/api/call-sounds/${sound.id}`, { name, version });
    list.put(saved);
    return { version: saved.version };
  });
  const replace = (file: File | null) => file && void run(async () => list.put(await call<Sound>("POST", `/api/call-sounds/${sound.id}/content`, formOf(file))));
  const remove = async () => {
    if (!(await run(() => call("DELETE", `/api/call-sounds/${sound.id}`)))) return;
    await list.reload();
    go("callsounds");
  };
  return (
    <Stack>
      <audio controls preload="none" src={contentPath(sound)} aria-label={say("listen", { name: sound.name })} data-testid="sound-player" />
      <Text size="sm">{say("length")}: {dates.duration(sound.seconds)} · {say("size")}: <FileSize bytes={sound.size} /> · {say("uploaded")}: {dates.full(sound.uploaded_at)} · <Name of={sound.uploaded_by} /></Text>
      <Form editor={editor} reload={props.reload}>
        <TextField label={kit.say("name")} value={editor.values.name} set={(name) => editor.set({ name })} error={editor.fault("name")} isRequired testid="field-name" />
      </Form>
      <FileButton accept={taken} onChange={replace} inputProps={{ "data-testid": "sound-replace-input" } as object}>
        {(button) => <Button {...button} variant="default" leftSection={<IconUpload size={16} aria-hidden />} loading={isBusy} data-testid="sound-replace">{say("replace")}</Button>}
      </FileButton>
      <Text size="xs" c="dimmed">{say("replaced")}</Text>
      <Button variant="subtle" color="red" size="xs" loading={isBusy} disabled={sound.used_in.length > 0} onClick={() => void remove()} data-testid="sound-delete">{say("delete")}</Button>
      {sound.used_in.length > 0 && <Text size="xs" c="dimmed">{say("delete_hint")}</Text>}
    </Stack>
  );
}
