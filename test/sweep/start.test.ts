import { sweepChapter } from "./chapter.ts";

sweepChapter("start");
