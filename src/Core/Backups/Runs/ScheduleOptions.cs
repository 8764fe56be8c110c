using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace RecoveryOS.Core.Backups.Runs;

/// <summary>
/// Section <c>Schedules</c>: when the jobs are due whose missed runs are made up for (six-field NCRONTAB, UTC).
/// </summary>
public sealed class ScheduleOptions
{
    public const string Section = "Schedules";

    [Required(ErrorMessage = "Schedules:PruneBackups is missing")]
    public string PruneBackups { get; init; } = "0 0 5 * * *";

    [Required(ErrorMessage = "Schedules:TakeBackup is missing")]
    public string TakeBackup { get; init; } = "0 0 2 * * *";

    [Required(ErrorMessage = "Schedules:TakeDump is missing")]
    public string TakeDump { get; init; } = "0 30 3 * * *";
}

[OptionsValidator]
internal sealed partial class ScheduleOptionsValidator : IValidateOptions<ScheduleOptions>;
