namespace Microsoft.Azure.Functions.Worker;

/// <summary>A timer's last and next times, in UTC.</summary>
public class ScheduleStatus
{
    /// <summary>When the schedule last ran; the default value before its first run.</summary>
    public DateTime Last { get; set; }

    public DateTime Next { get; set; }

    public DateTime LastUpdated { get; set; }
}
