"""From parsed notes to a book: order, links, assembly. Nothing here touches files or knows of PDF or EPUB."""
