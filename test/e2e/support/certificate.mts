import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const MISSING =
	'These tests want certificates. Install OpenSSL 3, on Debian with `apt-get install openssl`.';

/** A certificate and its key, in PEM. */
interface Certificate {
	key: Buffer;
	cert: Buffer;
	/** The certificate's file. */
	file: string;
}

/** Makes a certificate that is valid for a day; signed by itself, if `more` names no authority. */
export async function certify(
	folder: string,
	name: string,
	...more: string[]
): Promise<Certificate> {
	const at = (kind: string) => path.join(folder, `${name}.${kind}`);
	await promisify(execFile)('openssl', [
		...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
		...['-days', '1', '-subj', `/CN=${name}`, '-keyout', at('key'), '-out', at('pem'), ...more],
	]).catch((error: NodeJS.ErrnoException) => {
		throw error.code === 'ENOENT' ? new Error(MISSING) : error;
	});
	const [key, cert] = await Promise.all([readFile(at('key')), readFile(at('pem'))]);
	return { key, cert, file: at('pem') };
}
