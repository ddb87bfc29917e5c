import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** Signed by itself, until the year 2126, for 127.0.0.1; its key guards nothing. */
const SELF_SIGNED = {
	key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgT6FiXGV9rDCCpUQj
db+loBwvoFepweuSMyhuCZSPmW+hRANCAASJ+t07RtczEQRrpxZGMw3p/j56znk9
Ahr61fHKQh3u1La1vdSJtRdx6LJ9GQsi+QuUNs8u/QpBZfjl2xd2m+4M
-----END PRIVATE KEY-----`,
	cert: `-----BEGIN CERTIFICATE-----
MIIBkDCCATagAwIBAgIUT7vK2cHgODa4zDVtlLA20sAlwvswCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNTAyMzM1OVoYDzIxMjYxMTAx
MDIzMzU5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASJ+t07RtczEQRrpxZGMw3p/j56znk9Ahr61fHKQh3u1La1vdSJtRdx
6LJ9GQsi+QuUNs8u/QpBZfjl2xd2m+4Mo2QwYjAdBgNVHQ4EFgQU+1waz5DFv6Mf
mSc5pMFS6C99iM8wHwYDVR0jBBgwFoAU+1waz5DFv6MfmSc5pMFS6C99iM8wDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0gAMEUC
IB5vVj3DmlBsN/F7CZJLv4172fcl+gkzbQkwZmFWntPwAiEAoxTXyppZeUnBXma+
SJLlRp8Hgn+y7ANP7YfsBimQEnU=
-----END CERTIFICATE-----`,
};

/** A server with an untrusted certificate that responds to every request with `json`. */
export async function startUntrustedServer(json: unknown) {
	const server = createServer(SELF_SIGNED, (_request, response) => {
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify(json));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		baseUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
