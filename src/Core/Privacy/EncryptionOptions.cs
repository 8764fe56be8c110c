using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace RecoveryOS.Core.Privacy;

/// <summary>
/// Section <c>Encryption</c>: the keys of what is encrypted in the database. All keys are base64 of 32 bytes.
/// </summary>
public sealed class EncryptionOptions
{
    public const string Section = "Encryption";

    /// <summary>The id of the key that new values are encrypted with; one of <see cref="Keys"/>.</summary>
    [Required(ErrorMessage = "Encryption:ActiveKeyId is missing")]
    public required string ActiveKeyId { get; init; }

    /// <summary>Key id → key. Retired keys stay here while rows still name them.</summary>
    [Required(ErrorMessage = "Encryption:Keys is missing")]
    public required Dictionary<string, string> Keys { get; init; }

    /// <summary>The key of the keyed hashes by which encrypted values are looked up.</summary>
    [Required(ErrorMessage = "Encryption:LookupKey is missing")]
    public required string LookupKey { get; init; }
}

[OptionsValidator]
internal sealed partial class EncryptionOptionsValidator : IValidateOptions<EncryptionOptions>;

/// <summary>What annotations cannot say: that the keys are keys, and the active one is among them.</summary>
internal sealed class EncryptionKeysValidator : IValidateOptions<EncryptionOptions>
{
    public ValidateOptionsResult Validate(string? name, EncryptionOptions options)
    {
        List<string> failures = [];
        if (!IsKey(options.LookupKey))
        {
            failures.Add("Encryption:LookupKey must be base64 of 32 bytes");
        }

        failures.AddRange((options.Keys ?? []).Where(pair => !IsKey(pair.Value))
            .Select(pair => $"Encryption:Keys:{pair.Key} must be base64 of 32 bytes"));
        if (options.Keys?.ContainsKey(options.ActiveKeyId ?? "") != true)
        {
            failures.Add("Encryption:ActiveKeyId must be one of Encryption:Keys");
        }

        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }

    private static bool IsKey(string? text)
    {
        Span<byte> key = stackalloc byte[PhoneCipher.KeyLength + 1];
        return Convert.TryFromBase64String(text ?? "", key, out var length) && length == PhoneCipher.KeyLength;
    }
}
