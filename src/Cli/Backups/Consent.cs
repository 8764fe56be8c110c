namespace RecoveryOS.Cli.Backups;

/// <summary>Whether a command goes on after it said what it would do.</summary>
internal enum Consent
{
    Asked,
    Given,
    DryRun,
}

internal static class ConsentQuestion
{
    /// <summary>Asks where somebody can answer.</summary>
    /// <exception cref="CliException">Nobody can, and consent was not given.</exception>
    public static async Task<bool> IsGrantedAsync(
        this Consent consent, string question, CancellationToken cancellationToken)
    {
        if (consent is not Consent.Asked)
            return consent is Consent.Given;
        if (Console.IsInputRedirected)
            throw new CliException("There is no terminal to ask on: say --yes, or --dry-run to see the plan only.");

        await Console.Error.WriteAsync($"{question} [y/N] ");
        return (await Console.In.ReadLineAsync(cancellationToken))?.Trim() is "y" or "Y" or "yes";
    }
}
