import { Anchor, Stack, Title } from "@mantine/core";
import { usePhrases } from "../../i18n/phrases";
import type { Id } from "../../protocol";
import { FileFacts, useStoredFiles } from "../work/storedFileList";
import { storedFileWords } from "../work/storedFileWords";

/** What came and went with the customer's messages, to be had from here. */
export function CustomerFiles(props: { customerId: Id }) {
  const { say } = usePhrases(storedFileWords);
  const files = useStoredFiles(props.customerId);
  if (files === null || files.length === 0) return null;
  return (
    <section data-testid="customer-files">
      <Title order={3} fz="sm" mb="xs">{say("title")}</Title>
      <Stack gap={4}>
        {files.map((file) => (
          <Anchor key={file.id} href={file.url} target="_blank" rel="noreferrer" size="sm" data-testid="customer-file"><FileFacts file={file} /></Anchor>
        ))}
      </Stack>
    </section>
  );
}
