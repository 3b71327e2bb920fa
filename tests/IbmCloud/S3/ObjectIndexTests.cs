using TempoCos.IbmCloud.ObjectStorage.Operations;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.Tests.S3;

public sealed class ObjectIndexTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_index_agrees_with_a_sorted_set(int seed)
    {
        var random = new Random(seed);
        var index = new ObjectIndex();
        var model = new SortedDictionary<string, long>(KeyOrder.Instance);
        for (var step = 0; step < 20_000; step++)
        {
            var key = $"{random.Next(30)}/{random.Next(400)}";
            if (random.Next(3) == 0)
            {
                index.Remove(key);
                model.Remove(key);
            }
            else
            {
                index.Set(new IndexEntry(key, step, "", default));
                model[key] = step;
            }
        }

        index.Count.ShouldBe(model.Count);
        index.Bytes.ShouldBe(model.Values.Sum());
        var walked = new List<(string, long)>();
        for (var cursor = index.Seek("", inclusive: true); cursor.Current is { } entry; cursor.Next())
        {
            walked.Add((entry.Key, entry.Size));
        }

        walked.ShouldBe(model.Select(pair => (pair.Key, pair.Value)));
        var middle = model.Keys.ElementAt(model.Count / 2);
        index.Seek(middle, inclusive: true).Current!.Key.ShouldBe(middle);
        index.Seek(middle, inclusive: false).Current!.Key.ShouldBe(model.Keys.ElementAt((model.Count / 2) + 1));
        index.Find("absent").ShouldBeNull();
    }

    [Fact]
    public void Pages_with_a_delimiter_show_each_prefix_once()
    {
        var index = new ObjectIndex();
        for (var folder = 0; folder < 50; folder++)
        {
            for (var file = 0; file < 40; file++)
            {
                index.Set(new IndexEntry($"{folder:d2}/{file:d2}", 1, "", default));
            }
        }

        var seen = new List<string>();
        for (var after = ""; after is not null;)
        {
            var page = ListPage.Read(index, "", "/", after, 7);
            seen.AddRange(page.Prefixes);
            after = page.Next;
        }

        seen.ShouldBe(Enumerable.Range(0, 50).Select(folder => $"{folder:d2}/"));
    }
}
