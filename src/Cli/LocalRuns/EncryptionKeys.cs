using System.Security.Cryptography;
using System.Text.Json;

namespace RecoveryOS.Cli.LocalRuns;

/// <summary>The keys that phone numbers are encrypted and looked up with, made on the first run: 32 bytes each, in base64.</summary>
internal sealed record EncryptionKeys(string ActiveKeyId, IReadOnlyDictionary<string, string> Keys, string LookupKey)
{
    public static EncryptionKeys Ensure(LocalRun run)
    {
        var file = Path.Combine(run.KeysFolder, "encryption.json");
        if (!File.Exists(file))
        {
            var made = new EncryptionKeys("local1", new Dictionary<string, string> { ["local1"] = NewKey() }, NewKey());
            PrivateFile.CreateFolder(run.KeysFolder);
            PrivateFile.Write(file, JsonSerializer.Serialize(made, CliJson.Default.EncryptionKeys));
        }

        return JsonSerializer.Deserialize(File.ReadAllText(file), CliJson.Default.EncryptionKeys)
            ?? throw new CliException($"{file} holds no keys.");
    }

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
