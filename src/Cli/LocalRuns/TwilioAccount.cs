using System.Security.Cryptography;
using System.Text.Json;

namespace RecoveryOS.Cli.LocalRuns;

/// <summary>
/// A Twilio account that only this local run knows, made on the first run: its token signs what
/// <c>./recoveryos sms</c> sends and what the simulator tells, and nothing is ever sent to Twilio.
/// </summary>
/// <param name="AccountSid">AC and 32 hex digits.</param>
/// <param name="Number">The number of ours that members write to; 555-01XX is nobody's.</param>
internal sealed record TwilioAccount(string AccountSid, string AuthToken, string Number)
{
    /// <summary>The number of the backup provider's.</summary>
    public const string BackupNumber = "+15550100101";

    private const string OwnNumber = "+15550100100";

    /// <summary>
    /// Whether the environment names an account at Twilio, which the run then uses instead of one of its own.
    /// </summary>
    public static bool IsGiven => IsSet("Twilio__AccountSid") && IsSet("Twilio__AuthToken");

    public static TwilioAccount Ensure(LocalRun run)
    {
        if (!File.Exists(FileOf(run)))
        {
            var made = new TwilioAccount(NewSid("AC"), NewHex(), OwnNumber);
            PrivateFile.CreateFolder(run.KeysFolder);
            PrivateFile.Write(FileOf(run), JsonSerializer.Serialize(made, CliJson.Default.TwilioAccount));
        }

        return Load(run);
    }

    /// <exception cref="CliException">The folder holds no account, so it is no local run's.</exception>
    public static TwilioAccount Load(LocalRun run)
    {
        if (!File.Exists(FileOf(run)))
        {
            throw new CliException(
                $"There is no local run in {run.Folder}, and texts are signed by a local run's own token only: "
                + "start one with ./recoveryos run, or name its folder with --data.");
        }

        return JsonSerializer.Deserialize(File.ReadAllText(FileOf(run)), CliJson.Default.TwilioAccount)
            ?? throw new CliException($"{FileOf(run)} holds no account.");
    }

    /// <summary>An id as Twilio gives them: two letters and 32 hex digits.</summary>
    public static string NewSid(string prefix) => $"{prefix}{NewHex()}";

    private static bool IsSet(string variable) =>
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));

    private static string NewHex() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static string FileOf(LocalRun run) => Path.Combine(run.KeysFolder, "twilio.json");
}
