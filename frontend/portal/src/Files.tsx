import { useState } from "preact/hooks";
import { upload, type File } from "./api";
import { usePortal } from "./speech";

const mostFiles = 10;

/** Files that go along with what is said; each is stored as it is chosen. */
export function Files(props: { files: File[]; set: (files: File[]) => void }) {
  const { face, speech } = usePortal();
  const [trouble, setTrouble] = useState("");
  const [isBusy, setBusy] = useState(false);
  const take = async (input: HTMLInputElement) => {
    setTrouble("");
    setBusy(true);
    let files = props.files;
    for (const file of [...(input.files ?? [])].slice(0, mostFiles - files.length)) {
      if (file.size > face.megabytes * 2 ** 20) {
        setTrouble(speech.say("files.large", { n: face.megabytes }));
        continue;
      }
      try {
        files = [...files, await upload(file)];
        props.set(files);
      } catch {
        setTrouble(speech.say("files.failed"));
      }
    }
    input.value = "";
    setBusy(false);
  };
  return (
    <div class="box">
      <label class="attach">
        <input type="file" multiple disabled={isBusy || props.files.length >= mostFiles} onChange={(event) => void take(event.currentTarget)} data-testid="files" />
        <span class="button quiet" aria-hidden="true">{speech.say("files")}</span>
        <span class="away">{speech.say("files")}</span>
      </label>
      {props.files.length > 0 && (
        <ul class="files">
          {props.files.map((file) => (
            <li key={file.id}>
              <bdi>{file.name}</bdi>
              <button type="button" class="quiet small" aria-label={speech.say("files.remove", { name: file.name })} onClick={() => props.set(props.files.filter(({ id }) => id !== file.id))}>×</button>
            </li>
          ))}
        </ul>
      )}
      {trouble && <p class="error" role="alert">{trouble}</p>}
    </div>
  );
}
