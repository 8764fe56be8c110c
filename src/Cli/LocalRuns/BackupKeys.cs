using System.Security.Cryptography;
using System.Text.Json;

namespace RecoveryOS.Cli.LocalRuns;

/// <summary>
/// The keys that backups are sealed and the catalogue is signed with, made on the first run, in base64. Without this
/// file the run's backups can't be read any more.
/// </summary>
internal sealed record BackupKeys(string KeyId, string EncryptionKey, string SigningKey)
{
    public static BackupKeys Ensure(LocalRun run)
    {
        var file = Path.Combine(run.KeysFolder, "backups.json");
        if (!File.Exists(file))
        {
            using var signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var made = new BackupKeys(
                "local1",
                Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
                Convert.ToBase64String(signing.ExportPkcs8PrivateKey()));
            PrivateFile.CreateFolder(run.KeysFolder);
            PrivateFile.Write(file, JsonSerializer.Serialize(made, CliJson.Default.BackupKeys));
        }

        return JsonSerializer.Deserialize(File.ReadAllText(file), CliJson.Default.BackupKeys)
            ?? throw new CliException($"{file} holds no keys.");
    }
}
