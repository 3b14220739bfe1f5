/**
 * Certificates for TLS tests, made by openssl into a temporary folder: a CA, servers with the right
 * name, the wrong name and past their end, and a client.
 *
 * Files have fixed names, so a failing test can be repeated by hand while its folder stands.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runTool } from "./run-tool.ts";

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface Certificates {
  readonly caFile: string;
  /** Of a CA that signed nothing here. */
  readonly otherCaFile: string;
  /** For localhost and 127.0.0.1. */
  readonly server: CertificateFiles;
  /** For wrong.example, and nothing else. */
  readonly wrongName: CertificateFiles;
  /** For localhost and 127.0.0.1, ended in 2021. */
  readonly expired: CertificateFiles;
  /** For localhost and 127.0.0.1, signed by nobody but itself. */
  readonly selfSigned: CertificateFiles;
  /** Common name `kerbside-test`. */
  readonly client: CertificateFiles;
  /** Signed by the other CA. */
  readonly strangeClient: CertificateFiles;
  /** PEM texts, as Node's TLS wants them. */
  read(files: CertificateFiles): Promise<{ readonly cert: string; readonly key: string }>;
  remove(): Promise<void>;
}

const localNames = "DNS:localhost,IP:127.0.0.1,IP:::1";

export async function makeCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), "kerbside-certificates-"));
  const [ca, otherCa] = await Promise.all([
    makeAuthority(folder, "ca"),
    makeAuthority(folder, "other-ca"),
  ]);
  const server = { commonName: "localhost", names: localNames, use: "serverAuth" };
  const client = { commonName: "kerbside-test", names: "DNS:kerbside-test", use: "clientAuth" };
  const wrong = { ...server, commonName: "wrong.example", names: "DNS:wrong.example" };
  return {
    caFile: ca.certFile,
    otherCaFile: otherCa.certFile,
    server: await makeSigned(folder, "server", ca, server),
    wrongName: await makeSigned(folder, "wrong-name", ca, wrong),
    expired: await makeSigned(folder, "expired", ca, { ...server, isExpired: true }),
    selfSigned: await makeAuthority(folder, "self-signed", [
      "-addext",
      `subjectAltName=${localNames}`,
    ]),
    client: await makeSigned(folder, "client", ca, client),
    strangeClient: await makeSigned(folder, "strange-client", otherCa, client),
    async read({ certFile, keyFile }) {
      return { cert: await readFile(certFile, "utf8"), key: await readFile(keyFile, "utf8") };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

async function makeAuthority(
  folder: string,
  title: string,
  more: readonly string[] = [],
): Promise<CertificateFiles> {
  const files = filesIn(folder, title);
  const name = [
    "-subj",
    `/CN=Kerbside test ${title}`,
    "-addext",
    "basicConstraints=critical,CA:TRUE",
  ];
  const out = ["-keyout", files.keyFile, "-out", files.certFile];
  await runTool("openssl", ["req", "-x509", ...newKey, "-days", "3650", ...name, ...more, ...out]);
  return files;
}

interface Subject {
  readonly commonName: string;
  readonly names: string;
  readonly use: string;
  readonly isExpired?: boolean;
}

async function makeSigned(
  folder: string,
  name: string,
  authority: CertificateFiles,
  { commonName, names, use, isExpired = false }: Subject,
): Promise<CertificateFiles> {
  const files = filesIn(folder, name);
  const request = join(folder, `${name}.csr`);
  const subject = ["-subj", `/CN=${commonName}`, "-keyout", files.keyFile, "-out", request];
  await runTool("openssl", ["req", ...newKey, ...subject]);
  const extensions = join(folder, `${name}.ext`);
  await writeFile(extensions, `[leaf]\nsubjectAltName=${names}\nextendedKeyUsage=${use}\n`);
  const details = ["-extfile", extensions, "-extensions", "leaf", "-in", request];
  const out = [...details, "-out", files.certFile];
  if (isExpired) {
    await signExpired(join(folder, name), authority, out);
  } else {
    const by = ["-CA", authority.certFile, "-CAkey", authority.keyFile, "-CAcreateserial"];
    await runTool("openssl", ["x509", "-req", "-days", "3650", ...by, ...out]);
  }
  return files;
}

/** Only `openssl ca` of the versions in use sets both dates; it wants a small register around it. */
async function signExpired(
  base: string,
  authority: CertificateFiles,
  out: readonly string[],
): Promise<void> {
  const config = `${base}.conf`;
  await writeFile(`${base}.register`, "");
  await writeFile(
    config,
    `[ca]\ndefault_ca=test\n[test]\ndatabase=${base}.register\nnew_certs_dir=${dirname(base)}\n` +
      "rand_serial=yes\ndefault_md=sha256\npolicy=any\n[any]\ncommonName=supplied\n",
  );
  const by = ["-cert", authority.certFile, "-keyfile", authority.keyFile];
  const dates = ["-startdate", "20200101000000Z", "-enddate", "20210101000000Z"];
  await runTool("openssl", ["ca", "-batch", "-notext", "-config", config, ...by, ...dates, ...out]);
}

function filesIn(folder: string, name: string): CertificateFiles {
  return { certFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}.key`) };
}
