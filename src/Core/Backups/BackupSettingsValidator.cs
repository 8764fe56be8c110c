using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Backups;

[OptionsValidator]
internal sealed partial class BackupOptionsValidator : IValidateOptions<BackupOptions>;

/// <summary>
/// What annotations cannot say: that names are names, keys are keys, and what belongs together is there.
/// </summary>
internal sealed partial class BackupSettingsValidator : IValidateOptions<BackupOptions>
{
    private const int KeyLength = 32;

    public ValidateOptionsResult Validate(string? name, BackupOptions options)
    {
        List<string> failures = [.. Targets(options), .. Encryption(options.Encryption), .. Signing(options.Signing)];
        if (!IsSafe(options.Azure.ManagementUrl))
            failures.Add(
                "Backups:Azure:ManagementUrl must be an https address; http only for a simulator on this machine");
        if (options.IsConfigured)
        {
            if (options.Folder is "")
                failures.Add("Backups:Folder is missing, and Backups:Store:Url is set");
            if (options.Signing.Key is "")
                failures.Add("Backups:Signing:Key is missing, and Backups:Store:Url is set");
        }

        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }

    private static bool IsSafe(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    private static IEnumerable<string> Targets(BackupOptions options)
    {
        foreach (var (index, target) in options.Targets.Index())
        {
            if (!NamePattern().IsMatch(target.Name))
                yield return $"Backups:Targets:{index}:Name must be 1 to 64 lower-case letters, digits and hyphens";
            if (UrlFailure(target.Url) is { } failure)
                yield return $"Backups:Targets:{index}:Url {failure}";
        }

        if (options.Targets.GroupBy(target => target.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            yield return $"Backups:Targets names {twice.Key} twice";
    }

    private static string? UrlFailure(string url)
    {
        try
        {
            DatabaseUrl.Parse(url);
            return null;
        }
        catch (FormatException exception)
        {
            return exception.Message;
        }
    }

    private static IEnumerable<string> Encryption(BackupEncryptionOptions options)
    {
        foreach (var id in options.Keys.Where(pair => Decode(pair.Value)?.Length != KeyLength).Select(pair => pair.Key))
            yield return $"Backups:Encryption:Keys:{id} must be base64 of 32 bytes";
        if (options.ActiveKeyId is not "" && !options.Keys.ContainsKey(options.ActiveKeyId))
            yield return "Backups:Encryption:ActiveKeyId must be one of Backups:Encryption:Keys, or empty";
    }

    private static IEnumerable<string> Signing(BackupSigningOptions options)
    {
        if (options.Key is not ""
            && !CanImport(options.Key, static (key, bytes) => key.ImportPkcs8PrivateKey(bytes, out _)))
            yield return "Backups:Signing:Key must be base64 of an ECDSA P-256 key in PKCS #8";
        if (options.Key is not "" && options.KeyId is "")
            yield return "Backups:Signing:KeyId is missing, and Backups:Signing:Key is set";
        foreach (var (id, key) in options.PublicKeys)
        {
            if (!CanImport(key, static (imported, bytes) => imported.ImportSubjectPublicKeyInfo(bytes, out _)))
                yield return $"Backups:Signing:PublicKeys:{id} must be base64 of an ECDSA P-256 public key";
        }
    }

    private static bool CanImport(string text, Action<ECDsa, byte[]> import)
    {
        if (Decode(text) is not { } bytes)
            return false;

        using var key = ECDsa.Create();
        try
        {
            import(key, bytes);
            return key.KeySize == 256;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static byte[]? Decode(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }

    [GeneratedRegex("^[a-z0-9-]{1,64}$")]
    private static partial Regex NamePattern();
}
