using Microsoft.Extensions.Options;

namespace RecoveryOS.Core.Messaging.Spools;

/// <summary>Section <c>Spool</c>: where texts wait that come while the database is away.</summary>
public sealed class SpoolOptions
{
    public const string Section = "Spool";

    /// <summary>
    /// A folder on a disk that outlives the process; made when missing. Empty: there is no spool, and while the
    /// database is away the provider gets 503 and tries again.
    /// </summary>
    public string Folder { get; init; } = "";
}

/// <summary>The folder must take files before the first outage needs it.</summary>
internal sealed class SpoolFolderValidator : IValidateOptions<SpoolOptions>
{
    public ValidateOptionsResult Validate(string? name, SpoolOptions options)
    {
        if (options.Folder.Length == 0)
        {
            return ValidateOptionsResult.Success;
        }

        try
        {
            Directory.CreateDirectory(Path.Combine(options.Folder, Spool.RejectedFolder));
            var probe = Path.Combine(options.Folder, ".writable");
            DurableFile.Write(probe, []);
            File.Delete(probe);
            return ValidateOptionsResult.Success;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ValidateOptionsResult.Fail("Spool:Folder cannot be written to");
        }
    }
}
