import chromium from "@sparticuz/chromium";

/**
 * A program of its own: the package inflates itself into the directory for temporary files, which is
 * another one for whoever starts this.
 */
chromium.setGraphicsMode = false;
await chromium.executablePath();
