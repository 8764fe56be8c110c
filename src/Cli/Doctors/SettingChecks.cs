using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Messaging.Providers;
using RecoveryOS.Core.Messaging.Signatures;
using RecoveryOS.Core.Messaging.Spools;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Cli.Doctors;

/// <summary>What can be seen without the database.</summary>
internal static partial class SettingChecks
{
    private const string NewKey = "Make a key with: openssl rand -base64 32";

    /// <summary>What the sample's values stand for; anybody can read them.</summary>
    private static readonly string[] SampleSecrets =
    [
        "ZGV2ZWxvcG1lbnQga2V5LCBrbm93biB0byBhbnlvbmU=", "ZGV2ZWxvcG1lbnQgaGFzaCBrZXksIG5vdCBzZWNyZXQ=",
        "00000000000000000000000000000000",
    ];

    /// <summary>By the beginning of a setting's name, the longest first.</summary>
    private static readonly (string Setting, string Mend)[] Mends =
    [
        ("Database:Url", "Set Database__Url to postgres://user:password@host:port/database?sslmode=verify-full."),
        ("Jwt:KeysUrl", "Set Jwt__KeysUrl to the issuer's JWKS: an https URL, or a file's path."),
        ("Jwt:", "Set it to what the issuer writes into its tokens."),
        ("Encryption:ActiveKeyId", "Set Encryption__ActiveKeyId to the ID of one of Encryption__Keys__ID."),
        ("Encryption:", NewKey),
        ("PublicBaseUrls",
            "Set PublicBaseUrls__0 to the address that Twilio calls, such as https://checkins.example.org."),
        ("Twilio:AccountSid", "Copy the Account SID (AC…) from Twilio's console."),
        ("Twilio:AuthToken", "Copy the primary auth token from Twilio's console."),
        ("Twilio:MessagingServiceSid", "Copy the messaging service's SID (MG…) from Twilio's console."),
        ("Twilio:ApiKey", "Make a restricted API key in Twilio's console, and set its SID (SK…) and its secret."),
        ("Backups:Encryption:ActiveKeyId",
            "Set Backups__Encryption__ActiveKeyId to the ID of one of Backups__Encryption__Keys__ID, or to nothing."),
        ("Backups:Encryption:", NewKey),
        ("Backups:Signing:", "Make a signing key as docs/operations/backups.md says, and set it with its id."),
        ("Backups:Targets",
            "Set Backups__Targets__0__Name to a short name, "
            + "and …__Url to postgres://user:password@host:port/database."),
        ("Backups:Folder", "Set Backups__Folder to a folder with room for one restored server."),
        ("Spool:Folder", "Let the service's user write there, or set Spool__Folder to a folder where it may."),
        ("BackupSms:",
            "Set BackupSms__Endpoint to https://NAME.communication.azure.com, and BackupSms__From to a number there."),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        new("settings", Sync(Settings)),
        new("secrets", Sync(Secrets)),
        new("public-urls", Sync(PublicUrls)),
        new("token-keys", TokenKeysAsync),
        new("twilio-settings", Sync(TwilioSettings)),
        new("backup-provider", Sync(BackupProvider)),
        new("spool", Sync(SpoolFolder)),
    ];

    private static Func<Examination, CancellationToken, Task<IReadOnlyList<Finding>>> Sync(
        Func<Examination, IEnumerable<Finding>> look) =>
        (examination, _) => Task.FromResult<IReadOnlyList<Finding>>([.. look(examination)]);

    private static IEnumerable<Finding> Settings(Examination examination)
    {
        try
        {
            examination.Service<IStartupValidator>().Validate();
            return [Finding.Ok("settings", "All of them can be read.")];
        }
        catch (Exception exception) when (exception is OptionsValidationException or AggregateException)
        {
            return Failures(exception).Distinct().Select(failure => Finding.Problem("settings", $"{failure}.",
                MendOf(failure)));
        }
    }

    private static IEnumerable<string> Failures(Exception exception) => exception switch
    {
        OptionsValidationException options => options.Failures.Select(WithoutProperty),
        AggregateException many => many.InnerExceptions.SelectMany(Failures),
        _ => [exception.Message],
    };

    // The generated validators say "Url: Database:Url is missing", where the setting's own name is enough.
    private static string WithoutProperty(string failure) =>
        failure.IndexOf(": ",
            StringComparison.Ordinal) is var end and >= 0 && failure[..end].All(char.IsAsciiLetterOrDigit)
            ? failure[(end + 2)..]
            : failure;

    private static string MendOf(string failure) => Mends
        .Where(mend => failure.StartsWith(mend.Setting, StringComparison.Ordinal))
        .Select(mend => mend.Mend)
        .FirstOrDefault("Compare it with docs/operations/settings.md.");

    private static IEnumerable<Finding> Secrets(Examination examination)
    {
        var encryption = examination.Options<EncryptionOptions>();
        var twilio = examination.Options<TwilioOptions>();
        var isSample = encryption.Keys.Values.Append(encryption.LookupKey).Append(twilio.AuthToken)
            .Any(secret => SampleSecrets.Contains(secret));
        if (isSample && !examination.IsLocal)
        {
            yield return Finding.Problem(
                "secrets", "A key or a token is the one of local.settings.sample.json, which anybody can read.",
                    NewKey);
        }
        else if (twilio.AuthToken is { Length: > 0 } token && token == twilio.SecondaryAuthToken)
        {
            yield return Finding.Problem(
                "secrets", "Twilio:AuthToken and Twilio:SecondaryAuthToken are the same.",
                "During a rotation set both tokens; otherwise leave Twilio__SecondaryAuthToken empty.");
        }
        else
        {
            yield return Finding.Ok("secrets", "None is a sample's.");
        }
    }

    private static IEnumerable<Finding> PublicUrls(Examination examination)
    {
        var addresses = examination.PublicAddresses();
        var findings = addresses.SelectMany(PublicUrl).ToList();
        return findings.Count > 0
            ? findings
            : [Finding.Ok("public-urls", string.Create(CultureInfo.InvariantCulture, $"{addresses.Count} in use."))];
    }

    private static IEnumerable<Finding> PublicUrl(Uri address)
    {
        if (address is { Scheme: "http", IsLoopback: false })
        {
            yield return Finding.Problem(
                "public-urls", $"{address} is not https: texts would travel in the open.",
                    "Set PublicBaseUrls to an https:// address.");
        }

        if (address.Host.Contains('_', StringComparison.Ordinal))
        {
            yield return Finding.Problem(
                "public-urls", $"The host of {address} has an underscore: Twilio sends no status callbacks there.",
                "Give the service a host name of letters, digits and hyphens.");
        }

        if (address.AbsolutePath.Contains("/webhooks", StringComparison.OrdinalIgnoreCase))
        {
            yield return Finding.Problem(
                "public-urls", $"{address} goes on to a webhook: a base URL ends before /webhooks.",
                "Cut PublicBaseUrls off before /webhooks/twilio/inbound.");
        }
        else if (address.AbsolutePath.TrimEnd('/').EndsWith("/api", StringComparison.OrdinalIgnoreCase))
        {
            yield return Finding.Problem(
                "public-urls", $"{address} ends in /api, but host.json sets no route prefix.",
                "Take /api off, unless a proxy in front takes it away before the service sees it.");
        }
    }

    private static async Task<IReadOnlyList<Finding>> TokenKeysAsync(
        Examination examination, CancellationToken cancellationToken)
    {
        const string Mend = "Set Jwt__KeysUrl to where the issuer's JWKS is, and let this machine reach it.";
        try
        {
            var keys = await examination.Service<SigningKeys>().FindAsync(null, cancellationToken);
            return
            [
                keys.Count > 0
                    ? Finding.Ok("token-keys", string.Create(CultureInfo.InvariantCulture,
                        $"{keys.Count} to verify tokens with."))
                    : Finding.Problem("token-keys", "The issuer's JWKS holds no key that can be used.", Mend),
            ];
        }
        catch (KeysUnavailableException)
        {
            return [Finding.Problem(
                "token-keys", "The issuer's keys (Jwt:KeysUrl) cannot be read: every token is refused.", Mend)];
        }
    }

    private static IEnumerable<Finding> TwilioSettings(Examination examination)
    {
        var twilio = examination.Options<TwilioOptions>();
        List<Finding> findings = [];
        if (!twilio.IsConfigured)
        {
            findings.Add(Finding.Problem(
                "twilio-settings",
                    "There is no account or no auth token: every webhook is refused, and nothing can be sent.",
                "Set Twilio__AccountSid and Twilio__AuthToken from Twilio's console."));
        }
        else if (!HexToken().IsMatch(twilio.AuthToken ?? ""))
        {
            findings.Add(Finding.Problem(
                "twilio-settings", "Twilio:AuthToken is not 32 hex digits; an API key's secret cannot verify webhooks.",
                "Copy the primary auth token from Twilio's console."));
        }

        if (twilio.IsConfigured && !twilio.CanSend)
        {
            findings.Add(Finding.Problem(
                "twilio-settings", "There is nothing to send from.",
                    "Set Twilio__MessagingServiceSid, or Twilio__Numbers__0."));
        }

        return findings.Count > 0 ? findings : [Finding.Ok("twilio-settings", "An account, a token and a sender.")];
    }

    private static IEnumerable<Finding> BackupProvider(Examination examination)
    {
        var backup = examination.Options<BackupSmsOptions>();
        if (!backup.IsConfigured)
        {
            yield return examination.IsLocal
                ? Finding.Ok("backup-provider", "None, on one machine.")
                : Finding.Problem(
                    "backup-provider", "There is none: while Twilio is down a crisis text has no other way.",
                    "Set BackupSms__Endpoint and BackupSms__From (Azure Communication Services).");
        }
        else if (examination.Options<TwilioOptions>().Numbers.Contains(backup.From))
        {
            yield return Finding.Problem(
                "backup-provider", "BackupSms:From is one of Twilio's numbers, which Azure cannot send from.",
                "Set BackupSms__From to a number of the Azure resource.");
        }
        else
        {
            yield return Finding.Ok("backup-provider", "Set up.");
        }
    }

    private static IEnumerable<Finding> SpoolFolder(Examination examination)
    {
        var folder = examination.Options<SpoolOptions>().Folder;
        if (folder.Length == 0)
        {
            yield return Finding.Ok("spool", "None: while the database is away Twilio gets 503 and tries again.");
            yield break;
        }

        var waiting = examination.Service<Spool>().Count;
        var rejected = Directory.EnumerateFiles(Path.Combine(folder, "rejected")).Count();
        if (rejected > 0)
        {
            yield return Finding.Problem(
                "spool", string.Create(CultureInfo.InvariantCulture,
                    $"{rejected} texts were laid aside as unreadable."),
                $"Look at {Path.Combine(folder, "rejected")}: is the key that sealed them still in Encryption__Keys?");
        }

        yield return Finding.Ok(
            "spool", string.Create(CultureInfo.InvariantCulture, $"Writable; {waiting} texts wait in it."));
    }

    [GeneratedRegex("^[0-9a-fA-F]{32}$")]
    private static partial Regex HexToken();
}
