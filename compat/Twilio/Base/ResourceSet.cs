using System.Collections;

namespace Twilio.Base;

/// <summary>A list that fetches its next page when the reader gets there.</summary>
public class ResourceSet<T> : IEnumerable<T>
    where T : Resource
{
    private readonly Func<string, Task<Page<T>>> _fetch;
    private readonly Page<T> _first;
    private readonly long _limit;

    internal ResourceSet(Page<T> first, long limit, Func<string, Task<Page<T>>> fetch) =>
        (_first, _limit, _fetch) = (first, limit, fetch);

    /// <summary>False stops at the end of the first page.</summary>
    public bool AutoPaging { get; set; } = true;

    public IEnumerator<T> GetEnumerator()
    {
        var left = _limit;
        foreach (var page in Pages())
        {
            foreach (var record in page.Records)
            {
                if (left-- <= 0)
                    yield break;
                yield return record;
            }

            if (left <= 0)
                yield break;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>An enumerator cannot wait, so it blocks for each further page, as the official one does.</summary>
    private IEnumerable<Page<T>> Pages()
    {
        var page = _first;
        yield return page;
        while (AutoPaging && page.Next is not null)
            yield return page = _fetch(page.Next).GetAwaiter().GetResult();
    }
}
