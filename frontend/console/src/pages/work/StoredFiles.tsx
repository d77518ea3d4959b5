import { ActionIcon, Button, Center, Checkbox, Group, Loader, Modal, Stack, Text, TextInput } from "@mantine/core";
import { IconFolderOpen } from "@tabler/icons-react";
import { useState } from "react";
import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { useCommand } from "../../live/context";
import type { Attachment, Id } from "../../protocol";
import { FileFacts, useStoredFiles } from "./storedFileList";
import { storedFileWords } from "./storedFileWords";

/** Files that came and went with this customer before, to be sent along with what is being written. */
export function StoredFiles(props: { customerId: Id; room: number; add: (files: Attachment[]) => void }) {
  const { say } = usePhrases(storedFileWords);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <ActionIcon variant="subtle" size="lg" visibleFrom="xs" aria-label={say("choose")} title={say("choose")} onClick={() => setOpen(true)} data-testid="stored-files">
        <IconFolderOpen size={20} />
      </ActionIcon>
      {isOpen && <Choice {...props} close={() => setOpen(false)} />}
    </>
  );
}

function Choice(props: { customerId: Id; room: number; add: (files: Attachment[]) => void; close: () => void }) {
  const { room } = props;
  const { say } = usePhrases(storedFileWords);
  const { isBusy, run } = useCommand();
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState<Id[]>([]);
  const files = useStoredFiles(props.customerId, words);
  const toggle = (id: Id) => setChosen((old) => (old.includes(id) ? old.filter((one) => one !== id) : [...old, id]));
  const attach = () =>
    run(async () => {
      const copies = await Promise.all(chosen.map((id) => call<Attachment>("POST", `/api/files/${id}/copies`)));
      props.add(copies);
      props.close();
    });
  return (
    <Modal opened onClose={props.close} title={say("title")} size="lg">
      <Stack gap="sm">
        <TextInput label={say("search")} value={words} onChange={(event) => setWords(event.currentTarget.value)} data-autofocus data-testid="stored-search" dir="auto" />
        {files === null && <Center><Loader size="sm" aria-label={say("loading")} /></Center>}
        {files?.length === 0 && <Text size="sm" c="dimmed">{say(words === "" ? "none" : "none_found")}</Text>}
        <Stack gap={6} mah="50vh" style={{ overflowY: "auto" }}>
          {(files ?? []).map((file) => (
            <Checkbox
              key={file.id}
              checked={chosen.includes(file.id)}
              disabled={!chosen.includes(file.id) && chosen.length >= room}
              onChange={() => toggle(file.id)}
              label={<FileFacts file={file} />}
              data-testid="stored-file"
            />
          ))}
        </Stack>
        <Group justify="flex-end">
          <Button variant="default" onClick={props.close}>{say("cancel")}</Button>
          <Button disabled={chosen.length === 0} loading={isBusy} onClick={() => void attach()} data-testid="stored-attach">{say("attach")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
