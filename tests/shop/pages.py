"""A customer buys and an admin sees it, in a browser without a window: on a desktop, and on a phone, where no page is wider than the screen.

python pages.py ADDRESS FOLDER, which pictures of the pages are left in.
"""

import json
import shutil
import sys
import time
import urllib.request

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.ui import WebDriverWait

PHONE = {"deviceMetrics": {"width": 390, "height": 844, "pixelRatio": 2, "mobile": True}}


def browser(emulation):
    options = webdriver.ChromeOptions()
    for argument in ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1280,900"]:
        options.add_argument(argument)
    if emulation:
        options.add_experimental_option("mobileEmulation", emulation)
    # There is no script in the pages; those of this program are run by the driver.
    return webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))


class Visit:
    def __init__(self, address, folder, name, emulation):
        self.address, self.folder, self.name = address, folder, name
        self.browser = browser(emulation)
        self.pictures = 0

    def fill(self, form, **fields):
        """Fills in the last form whose action ends so, and sends it."""
        form = self.browser.find_elements(By.CSS_SELECTOR, f"form[action$='{form}'][method='post']")[-1]
        for name, value in fields.items():
            field = form.find_element(By.NAME, name)
            field.clear()
            field.send_keys(value)
        self.leave(form.find_element(By.TAG_NAME, "button"))

    def go(self, path):
        self.browser.get(self.address + path)
        self.look()

    def go_until(self, path, text):
        """Looks again until what the process or a view does soon after is there."""
        end = time.monotonic() + 10
        self.go(path)
        while text not in self.text() and time.monotonic() < end:
            time.sleep(0.1)
            self.go(path)
        self.shows(text)

    def follow(self, text):
        self.leave(self.browser.find_element(By.PARTIAL_LINK_TEXT, text))

    def leave(self, element):
        element.click()
        WebDriverWait(self.browser, 10).until(staleness_of(element))
        self.look()

    def look(self):
        """That the page fits on the screen, and is no problem; and a picture of it."""
        self.pictures += 1
        self.browser.save_screenshot(f"{self.folder}/{self.name}-{self.pictures:02}.png")
        width, screen = self.browser.execute_script(
            "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert width <= screen, f"{self.browser.current_url} is {width} wide on {screen}"
        assert not self.browser.find_elements(By.CSS_SELECTOR, ".problem"), self.text()

    def text(self):
        return self.browser.find_element(By.TAG_NAME, "body").text

    def shows(self, *texts):
        for text in texts:
            assert text in self.text(), f"{text} is not in {self.text()}"


def pay(address, order, cents):
    """As the payment provider does it."""
    payment = json.dumps({"reference": f"transfer for {order}", "order": order, "cents": cents}).encode()
    request = urllib.request.Request(f"{address}/payments", payment, {"content-type": "application/json"})
    assert urllib.request.urlopen(request).status == 201


def buy(visit):
    name = f"Tea for a {visit.name}, of a name that is longer than a line of it"
    visit.go("/products")
    visit.fill("/products", name=name, price="450", stock="10")
    visit.go("/")
    visit.fill("/customers", name="Ann", email=f"ann@{visit.name}.example.org")
    visit.shows("Hello, Ann", name)
    visit.fill("/cart", pieces="2")
    visit.shows("€ 9.00")
    visit.fill("/orders")
    visit.shows("2 × " + name, "To be paid by")
    order = visit.browser.current_url.split("/orders/")[1].split("?")[0]
    visit.follow("All orders of the customer")
    visit.shows("Placed")

    pay(visit.address, order, 900)
    visit.go_until(f"/orders/{order}", "Released")
    visit.go_until("/admin/orders?status=Released", "Order of")
    visit.follow("Order of")
    visit.fill("/shipment")
    visit.shows("Shipped", "paid € 9.00", "admin")
    visit.follow("What led to what")
    visit.shows("Settlement Awaited", "Order Released", "by payment provider")
    visit.go_until("/admin/revenue", "€ 9.00" if visit.name == "desktop" else "€ 18.00")
    visit.go("/admin/audit")
    visit.shows("Payment Received by payment provider", "Order Shipped by admin")


def main():
    address, folder = sys.argv[1:]
    for name, emulation in [("desktop", None), ("phone", PHONE)]:
        visit = Visit(address, folder, name, emulation)
        try:
            buy(visit)
        finally:
            visit.browser.quit()
        print(f"{name}: {visit.pictures} pages")


main()
