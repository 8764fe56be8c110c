namespace Microsoft.Azure.Functions.Worker;

/// <summary>What a timer function learns about its run.</summary>
public class TimerInfo
{
    /// <summary>Null unless the trigger uses the monitor.</summary>
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>The run starts a second or more after it was due.</summary>
    public bool IsPastDue { get; set; }
}
