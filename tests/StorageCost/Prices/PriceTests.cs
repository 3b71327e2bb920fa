using System.Text;
using TempoCos.Contracts;
using TempoCos.StorageCost.Prices;

namespace TempoCos.StorageCost.Tests.Prices;

public sealed class PriceTests
{
    [Fact]
    public void Steps_are_summed()
    {
        var egress = PriceTable.BuiltIn.Find(PricedItem.Egress, "us-south", "standard");
        egress.Of(10).ShouldBe(0.9m);
        egress.Of(50_000).ShouldBe(4500);
        egress.Of(200_000).ShouldBe(4500 + (100_000 * 0.07m) + (50_000 * 0.05m));
        PriceTable.BuiltIn.Find(PricedItem.ClassA, "us-south", "standard").Of(1_000_000).ShouldBe(5.225m);
    }

    [Fact]
    public void One_rate_gives_so_much_for_each_gigabyte_that_is_stored()
    {
        var requests = PriceTable.BuiltIn.Find(PricedItem.ClassA, "us-south", "onerate_active");
        requests.Of(100_000, storedGigabytes: 100).ShouldBe(0);
        requests.Of(101_000, storedGigabytes: 100).ShouldBe(0.0052m);
        var egress = PriceTable.BuiltIn.Find(PricedItem.Egress, "us-south", "onerate_active");
        egress.Of(100, storedGigabytes: 100).ShouldBe(0);
        egress.Of(110, storedGigabytes: 100).ShouldBe(0.5m);
    }

    [Fact]
    public void A_region_without_a_figure_of_its_own_gets_one_that_is_said_to_be_unconfirmed()
    {
        PriceTable.BuiltIn.Find(PricedItem.Storage, "us-south", "standard").Confidence.ShouldBe(Confidence.Recorded);
        PriceTable.BuiltIn.Find(PricedItem.Storage, "jp-tok", "standard").Confidence.ShouldBe(Confidence.Unconfirmed);
        PriceTable.BuiltIn.TryFind(PricedItem.Storage, "us-south", "vault").ShouldBeNull();
        Should.Throw<DiagnosticException>(() => PriceTable.BuiltIn.Find(PricedItem.Storage, "us-south", "vault")).Code.ShouldBe("TC262");
    }

    [Fact]
    public void Every_figure_of_the_table_says_where_it_comes_from()
    {
        PriceTable.BuiltIn.Prices.ShouldAllBe(price => price.Source.Length > 10 && price.Regions.Count > 0);
        PriceTable.BuiltIn.Prices.Where(price => price.Regions.Contains("*")).ShouldAllBe(price => price.Confidence == Confidence.Unconfirmed);
        PriceTable.BuiltIn.AsOf.ShouldBe(new DateOnly(2026, 2, 19));
    }

    [Theory]
    [InlineData("[]", "it is not an object")]
    [InlineData("""{"schema":"x"}""", "its schema is 'x'")]
    [InlineData("""{"schema":"https://tempocos.dev/schemas/prices-1.json","asOf":"soon"}""", "asOf is not a day")]
    [InlineData("""{"schema":"https://tempocos.dev/schemas/prices-1.json","asOf":"2026-01-01","currency":"Dollar"}""", "currency 'Dollar'")]
    [InlineData("""{"schema":"https://tempocos.dev/schemas/prices-1.json","asOf":"2026-01-01","currency":"USD"}""", "no list 'prices'")]
    [InlineData("""{"schema":"https://tempocos.dev/schemas/prices-1.json","asOf":"2026-01-01","currency":"USD","price":[]}""", "the table has a member 'price'")]
    [InlineData("""{"schema":"https://tempocos.dev/schemas/prices-1.json","asOf":"2026-01-01","currency":"USD","bytesPerGigabyte":1000,"prices":[]}""", "bytesPerGigabyte is 1000")]
    public void A_table_that_is_none_is_refused_with_the_reason(string json, string reason) => Refused(json).Reason.ShouldContain(reason);

    [Theory]
    [InlineData(""" "item":"disk" """, "prices[0].item is 'disk'")]
    [InlineData(""" "item":"storage","class":"standard","regions":[],"tiers":[{"price":1}] """, "no list 'regions'")]
    [InlineData(""" "item":"storage","class":"standard","regions":["*"],"tiers":[{"price":-1}] """, "prices[0].tiers[0].price is -1, below zero")]
    [InlineData(""" "item":"storage","class":"standard","regions":["*"],"tiers":[{"price":"1"}] """, "prices[0].tiers[0].price is not a number")]
    [InlineData(""" "item":"storage","class":"standard","regions":["*"],"tiers":[{"price":1,"upTo":5}] """, "prices[0].tiers do not rise")]
    [InlineData(""" "item":"storage","class":"standard","regions":["*"],"tiers":[{"price":1,"upTo":5},{"price":1,"upTo":4},{"price":1}] """, "prices[0].tiers do not rise")]
    [InlineData(""" "item":"storage","class":"standard","regions":["*","*"],"tiers":[{"price":1}] """, "there are two prices for Storage of class standard in *")]
    [InlineData(""" "item":"storage","class":"standard","regions":["*"],"tiers":[{"price":1}],"confidence":"sure" """, "prices[0].confidence is 'sure'")]
    public void A_price_that_is_none_is_refused_with_its_place(string members, string reason) =>
        Refused($$"""{"schema":"https://tempocos.dev/schemas/prices-1.json","asOf":"2026-01-01","currency":"USD","prices":[{ {{members}} }]}""").Reason.ShouldContain(reason);

    [Fact]
    public void The_catalogs_tiers_end_at_their_quantity()
    {
        var table = Read("""
            {"metrics":[{"charge_unit_name":"STANDARD_BANDWIDTH","charge_unit_quantity":1,"amounts":[{"country":"USA","currency":"USD",
             "prices":[{"quantity_tier":50000,"price":0.09},{"quantity_tier":150000,"price":0.07},{"quantity_tier":999999999,"price":0.05}]}]},
             {"charge_unit_name":"SOMETHING_ELSE","amounts":[]}]}
            """);
        var egress = table.Find(PricedItem.Egress, "us-south", "standard");
        egress.Of(200_000).ShouldBe(PriceTable.BuiltIn.Find(PricedItem.Egress, "us-south", "standard").Of(200_000));
        egress.Confidence.ShouldBe(Confidence.Catalog);
    }

    [Fact]
    public void A_catalog_without_the_currency_names_those_that_it_has() =>
        Refused("""{"metrics":[{"charge_unit_name":"STANDARD_STORAGE","amounts":[{"currency":"EUR","prices":[{"quantity_tier":1,"price":1}]}]}]}""").Reason.ShouldContain("nothing in USD, only in EUR");

    private static PriceTable Read(string json) => PriceTableReader.Read(Encoding.UTF8.GetBytes(json), "test", "us-south");

    private static DiagnosticException Refused(string json)
    {
        var refusal = Should.Throw<DiagnosticException>(() => Read(json));
        refusal.Code.ShouldBe("TC261");
        return refusal;
    }
}
