using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Cli.LocalRuns;

/// <summary>
/// The keys that phone numbers are encrypted and looked up with, made on the first run: 32 bytes each, in base64.
/// </summary>
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

    /// <summary>What the service reads and writes phone numbers with.</summary>
    public PhoneCipher Cipher() => new(Options.Create(new EncryptionOptions
    {
        ActiveKeyId = ActiveKeyId,
        Keys = new(Keys),
        LookupKey = LookupKey,
    }));

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
