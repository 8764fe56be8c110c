using Microsoft.Extensions.Options;
using Npgsql;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Cli.Doctors;

/// <summary>One look at one thing.</summary>
internal sealed record Check(string Name, Func<Examination, CancellationToken, Task<IReadOnlyList<Finding>>> LookAsync);

/// <summary>Looks at everything that must be right for texts to come and go, and for backups to be good.</summary>
internal static class Doctor
{
    public static IReadOnlyList<Check> Checks { get; } =
        [.. SettingChecks.All, .. DatabaseChecks.All, .. TextChecks.All, .. BackupChecks.All, .. OnlineChecks.All];

    /// <summary>Every check's findings. One that could not look says so; it is never left out.</summary>
    public static async Task<IReadOnlyList<Finding>> ExamineAsync(
        Examination examination, CancellationToken cancellationToken)
    {
        List<Finding> findings = [];
        foreach (var check in Checks)
            findings.AddRange(await LookAsync(check, examination, cancellationToken));

        return findings;
    }

    /// <summary>
    /// 0: all is well. 1: something is wrong. 2: nothing is known to be wrong, but a check could not look.
    /// </summary>
    public static int ExitCode(IEnumerable<Finding> findings) => Worst(findings) switch
    {
        Verdict.Ok => 0,
        Verdict.Problem => 1,
        _ => 2,
    };

    public static Verdict Worst(IEnumerable<Finding> findings)
    {
        var verdicts = findings.Select(finding => finding.Verdict).ToHashSet();
        return verdicts.Contains(Verdict.Problem) ? Verdict.Problem
            : verdicts.Contains(Verdict.Unknown) ? Verdict.Unknown
            : Verdict.Ok;
    }

    private static async Task<IReadOnlyList<Finding>> LookAsync(
        Check check, Examination examination, CancellationToken cancellationToken)
    {
        try
        {
            return await check.LookAsync(examination, cancellationToken);
        }
        catch (Exception exception)
            when (exception is OptionsValidationException or AggregateException or FormatException)
        {
            return [Finding.Unknown(
                check.Name, "Could not look: it needs settings that are wrong.", "Mend the settings first.")];
        }
        catch (PostgresException exception)
        {
            return [Finding.Unknown(
                check.Name, $"Could not look: the database refused ({exception.SqlState}).",
                "Mend the checks database and schema first; the database's user must be able to read every table.")];
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            return [Finding.Unknown(
                check.Name, "Could not look: the database does not answer.", "Mend the check database first.")];
        }
        catch (Exception exception) when (exception is BackupStoreException or CatalogueException)
        {
            return [Finding.Unknown(
                check.Name, "Could not look: the store's catalogue cannot be read.",
                "Mend the checks backup-store and backup-catalogue first.")];
        }
        catch (Exception exception)
            when (exception is HttpRequestException or TaskCanceledException
                && !cancellationToken.IsCancellationRequested)
        {
            return [Finding.Unknown(
                check.Name, "Could not look: there was no answer over the network.",
                "Let this machine reach Twilio and the public address, or leave --online out.")];
        }
    }
}
