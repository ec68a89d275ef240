import { sweepChapter } from "./chapter.ts";

sweepChapter("holds");
