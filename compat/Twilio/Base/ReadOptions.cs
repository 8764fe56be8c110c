namespace Twilio.Base;

/// <summary>How much of a list is read.</summary>
public abstract class ReadOptions<T> : IOptions<T>
    where T : Resource
{
    private const int MaxPageSize = 1000;

    /// <summary>1–1000; where it is not set, the limit is one page's size.</summary>
    public int? PageSize
    {
        get;
        set => field = value is { } size ? Math.Min(size, MaxPageSize) : field;
    }

    /// <summary>The most records read, over all pages.</summary>
    public long? Limit
    {
        get;
        set
        {
            field = value ?? field;
            if (value is { } limit)
                PageSize ??= (int)Math.Min(limit, MaxPageSize);
        }
    }

    public abstract List<KeyValuePair<string, string>> GetParams();
}
