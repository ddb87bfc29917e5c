const picture = (base64: string): Buffer => Buffer.from(base64, 'base64');

// Black pictures of 24x16 pixels, written by Pillow: the smallest of each kind that is whole.

export const JPEG = picture(
	'/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAAQABgBAREA/8QAFQABAQAAAAAAAAAAAAAAAAAAAAP/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAA/AJgA/9k=',
);

export const PROGRESSIVE_JPEG = picture(
	'/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAAQABgBAREA/8QAFQABAQAAAAAAAAAAAAAAAAAAAAL/2gAIAQEAAAABkH//xAAUEAEAAAAAAAAAAAAAAAAAAAAg/9oACAEBAAEFAl//xAAUEAEAAAAAAAAAAAAAAAAAAAAg/9oACAEBAAY/Al//xAAUEAEAAAAAAAAAAAAAAAAAAAAg/9oACAEBAAE/IV//2gAIAQEAAAAQA//EABQQAQAAAAAAAAAAAAAAAAAAACD/2gAIAQEAAT8QX//Z',
);

/** With the note (EXIF, orientation 6) to be shown turned by 90°: as 16x24. */
export const TURNED_JPEG = picture(
	'/9j/4AAQSkZJRgABAQAAAQABAAD/4QA0RXhpZgAATU0AKgAAAAgAAgEPAAIAAAAGAAAAJgESAAMAAAABAAYAAAAAAABNYWtlcgD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAAQABgBAREA/8QAFQABAQAAAAAAAAAAAAAAAAAAAAP/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAA/AJgA/9k=',
);

export const WEBP = picture(
	'UklGRjAAAABXRUJQVlA4ICQAAACwAgCdASoYABAAP83W4mY/tK4nMAgD8DmJaQAAeyAA/undAAA=',
);

export const LOSSLESS_WEBP = picture('UklGRhoAAABXRUJQVlA4TA4AAAAvF8ADAAcQEf0PRET/Aw==');

export const EXTENDED_WEBP = picture(
	'UklGRmAAAABXRUJQVlA4WAoAAAAIAAAAFwAADwAAVlA4TA4AAAAvF8ADAAcQEf0PRET/A0VYSUYsAAAATU0AKgAAAAgAAgEPAAIAAAAGAAAAJgESAAMAAAABAAEAAAAAAABNYWtlcgA=',
);
