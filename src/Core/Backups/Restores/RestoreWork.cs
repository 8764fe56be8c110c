using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Restores;

/// <summary>A restore that is under way: its folder, who the files belong to, and how long each phase took.</summary>
internal sealed class RestoreWork(
    RestoreFolder folder, ServerUser user, IProgress<BackupProgress>? progress, TimeProvider time)
{
    private readonly List<DrillPhase> phases = [];

    public RestoreFolder Folder => folder;

    public ServerUser User => user;

    public IReadOnlyList<DrillPhase> Phases => phases;

    /// <param name="bytes">What the phase reads, where it is known.</param>
    /// <param name="run">Reports the bytes of the file that it reads; files are read one after the other.</param>
    public async Task<T> MeasureAsync<T>(string name, long? bytes, Func<IProgress<long>, Task<T>> run)
    {
        var started = time.GetTimestamp();
        progress?.Report(new BackupProgress(name, 0, bytes));
        var result = await run(new PhaseProgress(name, bytes, progress));
        phases.Add(new DrillPhase(name, time.GetElapsedTime(started).TotalSeconds, bytes));
        return result;
    }

    /// <summary>Adds up files, each of which is reported from 0.</summary>
    private sealed class PhaseProgress(string name, long? total, IProgress<BackupProgress>? progress) : IProgress<long>
    {
        private readonly Lock guard = new();
        private long before;
        private long current;

        public void Report(long value)
        {
            lock (guard)
            {
                if (value < current)
                    before += current;
                current = value;
                progress?.Report(new BackupProgress(name, before + current, total));
            }
        }
    }
}
