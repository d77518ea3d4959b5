import { ActionIcon, Anchor, Button, FileButton, Popover, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPaperclip, IconPlus, IconTrash } from "@tabler/icons-react";
import { call } from "../../http/api";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useCommand, useFeed } from "../../live/context";
import { FileSize } from "../work/MessageView";
import { Name } from "../work/Name";
import { fileWords } from "./fileWords";
import { Section } from "./Section";
import type { Ticket, TicketFile } from "./ticket";
import type { PartProps } from "./TicketPage";
import css from "./Tickets.module.css";

/** Files on the ticket itself; those of its conversations are in them. */
export function TicketFiles(props: PartProps) {
  const { ticket, take, mayWrite } = props;
  const { say } = usePhrases(fileWords);
  const { isBusy, run } = useCommand();
  const send = (files: File[]) =>
    void run(async () => {
      for (const file of files) {
        const form = new FormData();
        form.append("file", file, file.name);
        take(await call<Ticket>("POST", `/api/tickets/${ticket.id}/files`, form));
      }
    });
  return (
    <Section
      title={say("files")}
      tools={
        mayWrite && (
          <FileButton multiple onChange={send} inputProps={{ "data-testid": "ticket-file-input" } as object}>
            {(button) => <Button {...button} size="compact-xs" variant="subtle" leftSection={<IconPlus size={14} aria-hidden />} loading={isBusy} data-testid="ticket-file-add">{say("file_add")}</Button>}
          </FileButton>
        )
      }
      testid="ticket-files"
    >
      <ul className={css.lines}>
        {ticket.files.map((file) => <One key={file.id} {...props} file={file} />)}
      </ul>
      {ticket.files.length === 0 && <Text size="sm" c="dimmed">{say("none")}</Text>}
    </Section>
  );
}

function One(props: PartProps & { file: TicketFile }) {
  const { file, take, mayWrite } = props;
  const { say } = usePhrases(fileWords);
  const dates = useDates();
  const { me } = useFeed();
  const { isBusy, run } = useCommand();
  const [isAsking, asking] = useDisclosure(false);
  const mayRemove = mayWrite && (file.is_own || me.permissions.includes("ticket.manage"));
  const remove = () => void run(async () => take(await call<Ticket>("DELETE", file.url)));
  return (
    <li className={css.line} data-testid="ticket-file">
      <IconPaperclip size={16} aria-hidden />
      <span className={css.grow}>
        <Anchor href={file.url} target="_blank" rel="noopener noreferrer" size="sm"><bdi>{file.name}</bdi></Anchor>{" "}
        <FileSize bytes={file.size} />
        <Text size="xs" c="dimmed">{dates.full(file.at)} · <Name of={file.by_name} /></Text>
      </span>
      {mayRemove && (
        <Popover opened={isAsking} onChange={asking.toggle} width={260} position="bottom-end" withArrow trapFocus>
          <Popover.Target>
            <ActionIcon variant="subtle" color="gray" size="sm" aria-label={say("remove", { name: file.name })} onClick={asking.toggle} data-testid="ticket-file-remove"><IconTrash size={14} /></ActionIcon>
          </Popover.Target>
          <Popover.Dropdown>
            <Stack gap="xs">
              <Text size="sm">{say("remove_sure")}</Text>
              <Button size="xs" color="red" onClick={remove} loading={isBusy} data-testid="ticket-file-sure">{say("remove", { name: file.name })}</Button>
            </Stack>
          </Popover.Dropdown>
        </Popover>
      )}
    </li>
  );
}
