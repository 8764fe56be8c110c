namespace RecoveryOS.Core.Backups.Drills;

/// <summary>Whether a restore fits, before a byte of it is fetched.</summary>
internal static class DiskBudget
{
    private const long Megabyte = 1_000_000;

    public static CheckResult Check(BackupOptions options, long needed)
    {
        Directory.CreateDirectory(options.Folder);
        var free = new DriveInfo(Path.GetFullPath(options.Folder)).AvailableFreeSpace;
        var most = free - (free / 10);
        var budget = options.Drill.DiskBudgetBytes > 0 ? Math.Min(options.Drill.DiskBudgetBytes, most) : most;
        return needed > budget
            ? CheckResult.CouldNotLook(
                $"The restore needs {needed / Megabyte} MB below {options.Folder}, "
                + $"and {budget / Megabyte} MB may be used.")
            : CheckResult.Right($"The restore needs {needed / Megabyte} MB of {budget / Megabyte} MB.");
    }
}
