import { sweepChapter } from "./chapter.ts";

sweepChapter("releases");
