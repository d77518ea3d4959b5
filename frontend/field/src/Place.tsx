import type { Place as At } from "./model";
import { useField } from "./use";

/** Where it is: said, called and driven to. The map is the phone's own; nothing is asked of anybody until it is pressed. */
export function Place({ place }: { place: At }) {
  const { speech } = useField();
  if (!place.address && !place.phone && place.latitude === null) return null;
  const drive = () => {
    location.href = mapLink([place.latitude!, place.longitude!], navigator.userAgent);
  };
  return (
    <section class="card" aria-labelledby="address">
      <h2 id="address">{speech.say("address")}</h2>
      {place.address && <p class="said" dir="auto">{place.address}</p>}
      <div class="row">
        {place.phone && <a class="button quiet" href={`tel:${place.phone.replace(/[^\d+*#]/g, "")}`} data-testid="call">{speech.say("call", { number: `\u2066${place.phone}\u2069` })}</a>}
        {place.latitude !== null && <button type="button" class="quiet" onClick={drive} data-testid="navigate">{speech.say("navigate")}</button>}
      </div>
    </section>
  );
}

/** Opens the phone's own map: `geo:` (RFC 5870) everywhere but on Apple's phones, which have a scheme of their own. */
export function mapLink([latitude, longitude]: readonly [number, number], userAgent: string): string {
  const point = `${latitude.toFixed(6)},${longitude.toFixed(6)}`;
  return /iPhone|iPad|Macintosh/.test(userAgent) ? `maps:?daddr=${point}` : `geo:${point}?q=${point}`;
}
